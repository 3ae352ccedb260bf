import { toStr } from "../values/coercion.ts";
import { allowArray, allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray } from "../php-value.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { naturalCompare } from "./sort-values.ts";

/** More of PHP's functions on strings of bytes. */
export const textFunctions: BuiltinTable = defineBuiltins({
  "strtr(string, from, to?)": (args) =>
    args.has(2)
      ? exchange(args.string(0), args.string(1), args.string(2))
      : exchangePairs(args.string(0), args.array(1), (units) => allowString(units)),
  "substr_replace(string, replace, offset, length?)": (args) => {
    const text = args.string(0), offset = Number(args.int(2));
    const start = offset < 0 ? Math.max(0, text.length + offset) : Math.min(offset, text.length);
    const length = args.optionalInt(3);
    const end = length === undefined
      ? text.length
      : length < 0n
      ? Math.max(start, text.length + Number(length))
      : Math.min(text.length, start + Number(length));
    return text.slice(0, start) + args.string(1) + text.slice(end);
  },
  "strtok(string, token?)": (args, host) => {
    const { declared } = host;
    if (args.has(1)) declared.tokens = { text: args.string(0), at: 0 };
    const tokens = declared.tokens, marks = new Set(args.string(args.has(1) ? 1 : 0));
    if (tokens === undefined) return false;
    const { text } = tokens;
    let from = tokens.at;
    while (from < text.length && marks.has(text[from] ?? "")) from++;
    if (from >= text.length) {
      declared.tokens = undefined;
      return false;
    }
    let to = from;
    while (to < text.length && !marks.has(text[to] ?? "")) to++;
    host.spend((to - from) >> 4);
    declared.tokens = { text, at: to + 1 };
    return text.slice(from, to);
  },
  "ord(character)": (args) => BigInt(args.string(0).charCodeAt(0) || 0),
  "chr(codepoint)": (args) => String.fromCharCode(Number(((args.int(0) % 256n) + 256n) % 256n)),
  "nl2br(string)": (args) => args.string(0).replace(/\r\n|\n\r|\n|\r/g, (end) => `<br />${end}`),
  "addslashes(string)": (args) => args.string(0).replace(/['"\\]/g, "\\$&").replaceAll("\0", "\\0"),
  "stripslashes(string)": (args) =>
    args.string(0).replace(/\\([^]?)/g, (_, next: string) => next === "0" ? "\0" : next),
  "htmlspecialchars(string)": (args) => escapeHtml(args.string(0)),
  "e(value)": (args) => escapeHtml(toStr(args.value(0))),
  "strncmp(string1, string2, length)": (args) => {
    const length = Number(args.int(2));
    return order(args.string(0).slice(0, length), args.string(1).slice(0, length));
  },
  "strncasecmp(string1, string2, length)": (args) => {
    const length = Number(args.int(2));
    return order(lower(args.string(0).slice(0, length)), lower(args.string(1).slice(0, length)));
  },
  "strnatcmp(string1, string2)": (args) => BigInt(naturalCompare(args.string(0), args.string(1))),
  "strnatcasecmp(string1, string2)": (args) =>
    BigInt(naturalCompare(lower(args.string(0)), lower(args.string(1)))),
  "strspn(string, characters)": (args) => span(args.string(0), args.string(1), true),
  "strcspn(string, characters)": (args) => span(args.string(0), args.string(1), false),
  "str_word_count(string)": (args) => BigInt(args.string(0).match(/[A-Za-z'-]+/g)?.length ?? 0),
  "chunk_split(string, length?, separator?)": (args) => {
    const width = Number(args.int(1, 76n)), end = args.string(2, "\r\n");
    if (width < 1) throw raise("ValueError", "chunk_split() needs $length to be 1 or more");
    allowString(args.string(0).length * (1 + end.length / width));
    return args.string(0).replace(new RegExp(`[^]{1,${Math.min(width, 60_000)}}`, "g"), (part) => part + end);
  },
  "http_build_query(data, numeric_prefix?, arg_separator?, encoding_type?)": (args) => {
    const pairs: string[] = [];
    buildQuery(args.array(0), "", args.int(3, 1n) === 2n, pairs);
    return pairs.join(args.value(2) === null ? "&" : args.string(2));
  },
  ...character({
    alnum: /^[A-Za-z0-9]+$/,
    alpha: /^[A-Za-z]+$/,
    digit: /^[0-9]+$/,
    lower: /^[a-z]+$/,
    upper: /^[A-Z]+$/,
    punct: /^[!-/:-@[-`{-~]+$/,
    space: /^[\t-\r ]+$/,
    xdigit: /^[0-9A-Fa-f]+$/,
    graph: /^[!-~]+$/,
    print: /^[ -~]+$/,
    // deno-lint-ignore no-control-regex
    cntrl: /^[\0-\x1f\x7f]+$/,
  }),
});

/** `ctype_alpha` and its kin; what is no text is false. */
function character(classes: Readonly<Record<string, RegExp>>): Record<string, Behaviour> {
  return Object.fromEntries(
    Object.entries(classes).map(([name, pattern]): [string, Behaviour] => [`ctype_${name}(text)`, (args) => {
      const value = args.value(0);
      if (typeof value === "bigint") throw new PhpFault(`ctype_${name}() of an int is not supported`);
      return typeof value === "string" && pattern.test(value);
    }]),
  );
}

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function order(left: string, right: string): bigint {
  return left === right ? 0n : left < right ? -1n : 1n;
}

function span(text: string, list: string, wanted: boolean): bigint {
  const set = new Set(list);
  let at = 0;
  while (at < text.length && set.has(text[at] ?? "") === wanted) at++;
  return BigInt(at);
}

/** `htmlspecialchars` with the flags of Laravel's `e()`. */
export function escapeHtml(text: string): string {
  allowString(text.length + 5 * (text.match(/[&"'<>]/g)?.length ?? 0));
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    '"': "&quot;",
    "'": "&#039;",
    "<": "&lt;",
    ">": "&gt;",
  };
  return text.replace(/[&"'<>]/g, (mark) => names[mark] ?? mark);
}

function exchange(text: string, from: string, to: string): string {
  const map = new Map<string, string>();
  for (let index = 0; index < Math.min(from.length, to.length); index++) {
    map.set(from[index] ?? "", to[index] ?? "");
  }
  return text.replace(/[^]/g, (byte) => map.get(byte) ?? byte);
}

/** The longest key that fits at each place is replaced, and what was put in is not looked at again. */
function exchangePairs(text: string, pairs: PhpArray, allow: (length: number) => void): string {
  const map = new Map(
    [...pairs.entries()].map(([key, { value }]): [string, string] => [String(key), toStr(value)]),
  );
  map.delete("");
  const lengths = [...new Set([...map.keys()].map((key) => key.length))].sort((a, b) => b - a);
  allowArray(lengths.length * text.length / 64);
  let result = "";
  for (let at = 0; at < text.length;) {
    const length = lengths.find((size) => map.has(text.slice(at, at + size)));
    result += length === undefined ? text[at] : map.get(text.slice(at, at + length));
    allow(result.length);
    at += length ?? 1;
  }
  return result;
}

function buildQuery(data: PhpArray, prefix: string, isRaw: boolean, pairs: string[]): void {
  for (const [key, { value }] of data.entries()) {
    const name = prefix === "" ? encode(String(key), isRaw) : `${prefix}%5B${encode(String(key), isRaw)}%5D`;
    if (value === null) continue;
    if (value instanceof PhpArray) buildQuery(value, name, isRaw, pairs);
    else {pairs.push(
        `${name}=${encode(typeof value === "boolean" ? (value ? "1" : "0") : toStr(value), isRaw)}`,
      );}
    allowArray(pairs.length);
  }
}

function encode(text: string, isRaw: boolean): string {
  const escaped = text.replace(
    /[^A-Za-z0-9_.~-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return isRaw ? escaped : escaped.replaceAll("%20", "+").replaceAll("~", "%7E");
}
