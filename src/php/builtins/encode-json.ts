import { toText } from "../values/byte-string.ts";
import { allowString } from "../limits.ts";
import { floatToString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";

const forceObject = 16n;
const unescapedSlashes = 64n;
const pretty = 128n;
const unescapedUnicode = 256n;
const zeroFraction = 1024n;
/** Flags that change nothing here: JSON_THROW_ON_ERROR, because every failure is an error of the file anyway. */
const known = forceObject | unescapedSlashes | pretty | unescapedUnicode | zeroFraction | 4194304n;

/** `json_encode` with the flags for objects, slashes, Unicode, fractions and pretty printing. */
export function encodeJson(value: PhpValue, flags: bigint): string {
  if ((flags & ~known) !== 0n) throw new PhpFault("json_encode() with these $flags is not supported");
  const text = encode(value, flags, "\n");
  allowString(text.length);
  return text;
}

function encode(value: PhpValue, flags: bigint, newline: string): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return String(value);
    case "bigint":
      return value.toString();
    case "number": {
      if (!Number.isFinite(value)) throw new PhpFault("json_encode() cannot encode INF or NAN");
      const text = floatToString(value, "shortest").toLowerCase();
      return (flags & zeroFraction) !== 0n && /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
    }
    case "string":
      return quote(value, flags);
    case "object":
      if (value instanceof PhpArray) return encodeArray(value, flags, newline);
      if (value.kind === "collection") return encodeArray(value.items, flags, newline);
      if (value.kind === "stringable") return quote(value.value, flags);
      throw new PhpFault(`json_encode() cannot encode a ${value.kind}`);
  }
}

function encodeArray(array: PhpArray, flags: bigint, newline: string): string {
  const list = array.isList && (flags & forceObject) === 0n;
  if (array.size === 0) return list ? "[]" : "{}";
  const inner = (flags & pretty) === 0n ? "" : `${newline}    `;
  const colon = (flags & pretty) === 0n ? ":" : ": ";
  const items: string[] = [];
  let length = 0;
  for (const [key, { value }] of array.entries()) {
    const text = encode(value, flags, inner);
    const item = list ? text : `${quote(String(key), flags)}${colon}${text}`;
    length += item.length;
    allowString(length);
    items.push(inner + item);
  }
  const end = inner === "" ? "" : newline;
  return list ? `[${items.join(",")}${end}]` : `{${items.join(",")}${end}}`;
}

function quote(bytes: string, flags: bigint): string {
  const text = toText(bytes);
  if (text === undefined) throw new PhpFault("json_encode() needs valid UTF-8");
  // Byte strings in, byte string out: the escaped form is ASCII, the unescaped one is the input itself.
  let quoted = JSON.stringify((flags & unescapedUnicode) === 0n ? text : bytes);
  if ((flags & unescapedUnicode) === 0n) {
    quoted = quoted.replace(/[\x7f-\uffff]/g, (unit) => {
      const code = unit.charCodeAt(0);
      return code === 0x7f ? unit : `\\u${code.toString(16).padStart(4, "0")}`;
    });
  }
  return (flags & unescapedSlashes) === 0n ? quoted.replaceAll("/", "\\/") : quoted;
}
