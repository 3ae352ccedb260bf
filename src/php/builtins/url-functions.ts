import { toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpArrayBuilder, type PhpValue } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";

/** PHP's functions on URLs. */
export const urlFunctions: BuiltinTable = defineBuiltins({
  "parse_url(url, component?)": (args, host) => {
    // PHP puts "_" in the place of control characters.
    const parts = parseUrl(args.string(0).replace(/\p{Cc}/gu, (control) => control < "\x80" ? "_" : control));
    const component = args.int(1, -1n);
    if (parts === undefined) return false;
    if (component >= 0n) return parts.get(components[Number(component)] ?? "") ?? null;
    const builder = new PhpArrayBuilder();
    for (const [name, value] of parts) builder.set(name, { value, origin: host.origin });
    return builder.build();
  },
  "urlencode(string)": (args) => escape(args.string(0), /[^A-Za-z0-9_.-]/g).replaceAll("%20", "+"),
  "rawurlencode(string)": (args) => escape(args.string(0), /[^A-Za-z0-9_.~-]/g),
  "urldecode(string)": (args) => unescape(args.string(0).replaceAll("+", " ")),
  "rawurldecode(string)": (args) => unescape(args.string(0)),
});

/** In the order of the PHP_URL_ constants. */
const components = ["scheme", "host", "port", "user", "pass", "path", "query", "fragment"];

/** The parts of a URL as PHP's `parse_url` takes it apart, in PHP's order; `undefined` where PHP answers false. The port is a bigint. */
export function parseUrl(url: string): ReadonlyMap<string, PhpValue> | undefined {
  const parts = new Map<string, PhpValue>();
  let rest = url;
  const scheme = /^([A-Za-z0-9+.-]+):(?![0-9]{1,5}(?:\/|$))/.exec(rest) ??
    /^([A-Za-z0-9+.-]+):(?=\/\/)/.exec(rest);
  if (scheme?.[1] !== undefined) {
    parts.set("scheme", scheme[1]);
    rest = rest.slice(scheme[0].length);
  }
  const tail = /^([^?#]*)(\?[^#]*)?(#[^]*)?$/.exec(rest);
  const [, front = "", query, fragment] = tail ?? [];
  let path = front;
  const bare = scheme === null && !front.startsWith("//") && /^[^/:]+:[0-9]{1,5}(\/|$)/.test(front);
  if (front.startsWith("//") || bare) {
    const text = front.slice(bare ? 0 : 2);
    const slash = text.indexOf("/");
    const authority = slash < 0 ? text : text.slice(0, slash);
    path = slash < 0 ? "" : text.slice(slash);
    // file:///path has an empty authority; every other URL needs a host.
    if (
      authority === ""
        ? toStr(parts.get("scheme") ?? null).toLowerCase() !== "file"
        : !takeAuthority(authority, parts)
    ) {
      return undefined;
    }
  }
  if (path !== "" || url === "") parts.set("path", path);
  if (query !== undefined) parts.set("query", query.slice(1));
  if (fragment !== undefined) parts.set("fragment", fragment.slice(1));
  return parts;
}

function takeAuthority(authority: string, parts: Map<string, PhpValue>): boolean {
  const at = authority.lastIndexOf("@");
  const [user, ...pass] = at < 0 ? [undefined] : authority.slice(0, at).split(":");
  const match = /^(\[[^\]]*\]|[^:]*(?::[^:]*)*?)(?::([0-9]*))?$/.exec(authority.slice(at + 1));
  const [, host = "", port = ""] = match ?? [];
  if (match === null || host === "" || /:/.test(host.replace(/^\[.*\]$/, "")) || Number(port) > 65535) {
    return false;
  }
  parts.set("host", host);
  if (port !== "") parts.set("port", BigInt(port));
  if (user !== undefined) parts.set("user", user);
  if (pass.length > 0) parts.set("pass", pass.join(":"));
  return true;
}

function escape(text: string, unsafe: RegExp): string {
  allowString(3 * text.length);
  return text.replace(unsafe, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

function unescape(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
