import { createHash, createHmac } from "node:crypto";
import { toBuffer } from "../values/byte-string.ts";
import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { decodeJson } from "./decode-json.ts";
import { encodeJson } from "./encode-json.ts";

/** PHP's functions that encode and hash. */
export const encodingFunctions: BuiltinTable = defineBuiltins({
  "base64_encode(string)": (args) => {
    allowString(1.4 * args.string(0).length);
    return btoa(args.string(0));
  },
  "base64_decode(string, strict?)": (args) => decodeBase64(args.string(0), args.bool(1)),
  "bin2hex(string)": (args) => {
    allowString(2 * args.string(0).length);
    return args.string(0).replace(/[^]/g, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
  },
  "md5(string)": (args) => hash("md5", args.string(0)),
  "sha1(string)": (args) => hash("sha1", args.string(0)),
  "hash(algo, data)": (args) => hash(algorithm(args.string(0)), args.string(1)),
  "hash_hmac(algo, data, key)": (args) =>
    createHmac(algorithm(args.string(0)), toBuffer(args.string(2))).update(toBuffer(args.string(1))).digest(
      "hex",
    ),
  "crc32(string)": (args) => crc32(args.string(0)),
  "json_encode(value, flags?)": (args) => encodeJson(args.value(0), args.int(1)),
  "json_decode(json, associative?, depth?, flags?)": (args, host) =>
    decodeJson(args.string(0), args.bool(1) || (args.int(3) & 1n) !== 0n, args.int(3), host.origin),
});

const algorithms: ReadonlySet<string> = new Set(["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]);

function algorithm(name: string): string {
  if (!algorithms.has(name.toLowerCase())) throw new PhpFault(`hash algorithm "${name}" is not supported`);
  return name.toLowerCase();
}

function hash(name: string, data: string): string {
  return createHash(name).update(toBuffer(data)).digest("hex");
}

function decodeBase64(text: string, strict: boolean): string | false {
  if (strict && !/^[A-Za-z0-9+/\s]*(=\s*){0,2}$/.test(text)) return false;
  const digits = text.replace(/[^A-Za-z0-9+/]/g, "");
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  if (strict && whole.length !== digits.length) return false;
  return atob(whole);
}

function crc32(text: string): bigint {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return BigInt((crc ^ 0xffffffff) >>> 0);
}
