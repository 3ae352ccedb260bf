import { toStr } from "../values/coercion.ts";
import { allowArray, allowString } from "../limits.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { formatString } from "./format-string.ts";
import { joinValues } from "./join-values.ts";
import { replaceText } from "./replace-text.ts";
import { trimBytes } from "./trim-bytes.ts";

/** PHP's functions that make strings. All work on bytes, the case functions on ASCII. */
export const stringFunctions: BuiltinTable = defineBuiltins({
  "explode(separator, string, limit?)": (args, host) =>
    PhpArray.list(explode(args.string(0), args.string(1), args.int(2, 2n ** 63n - 1n)), host.origin),
  "implode(separator, array?)": (args) => implode(args.value(0), args.value(1)),
  "join(separator, array?)": (args) => implode(args.value(0), args.value(1)),
  "trim(string, characters?)": (args) => trimBytes(args.string(0), "both", args.string(1, defaultBlank)),
  "ltrim(string, characters?)": (args) => trimBytes(args.string(0), "left", args.string(1, defaultBlank)),
  "rtrim(string, characters?)": (args) => trimBytes(args.string(0), "right", args.string(1, defaultBlank)),
  "chop(string, characters?)": (args) => trimBytes(args.string(0), "right", args.string(1, defaultBlank)),
  "strtolower(string)": (args) => lower(args.string(0)),
  "strtoupper(string)": (args) => upper(args.string(0)),
  "ucfirst(string)": (args) => args.string(0).replace(/^[a-z]/, upper),
  "lcfirst(string)": (args) => args.string(0).replace(/^[A-Z]/, lower),
  "ucwords(string, separators?)": (args) => capitalise(args.string(0), args.string(1, " \t\r\n\f\v")),
  "strrev(string)": (args) => [...args.string(0)].reverse().join(""),
  "str_repeat(string, times)": (args) => {
    const times = Number(args.int(1));
    if (times < 0) throw raise("ValueError", "str_repeat() needs $times to be 0 or more");
    allowString(args.string(0).length * times);
    return args.string(0).repeat(times);
  },
  "str_pad(string, length, pad_string?, pad_type?)": (args) =>
    pad(args.string(0), Number(args.int(1)), args.string(2, " "), args.int(3, 1n)),
  "str_split(string, length?)": (args, host) => {
    const width = Number(args.int(1, 1n));
    if (width < 1) throw raise("ValueError", "str_split() needs $length to be 1 or more");
    const text = args.string(0);
    allowArray(text.length / width);
    const pieces: string[] = [];
    for (let at = 0; at < text.length; at += width) pieces.push(text.slice(at, at + width));
    return PhpArray.list(pieces, host.origin);
  },
  "str_replace(search, replace, subject)": (args) =>
    replaceText(args.value(0), args.value(1), args.value(2), false),
  "str_ireplace(search, replace, subject)": (args) =>
    replaceText(args.value(0), args.value(1), args.value(2), true),
  "substr(string, offset, length?)": (args) =>
    slice(args.string(0), Number(args.int(1)), args.optionalInt(2)),
  "sprintf(format, ...values)": (args) => formatString(args.string(0), args.rest),
  "vsprintf(format, values)": (args) => formatString(args.string(0), [...args.array(1).values()]),
});

const defaultBlank = " \n\r\t\v\0";

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/** As in PHP, the letter before counts as it is after its own change. */
function capitalise(text: string, separators: string): string {
  let result = "";
  let previous: string | undefined;
  for (const letter of text) {
    previous = previous === undefined || separators.includes(previous) ? upper(letter) : letter;
    result += previous;
  }
  return result;
}

function explode(separator: string, text: string, limit: bigint): readonly string[] {
  if (separator === "") throw raise("ValueError", "explode() needs a $separator that is not empty");
  const pieces = text.split(separator);
  if (limit < 0n) return pieces.slice(0, Math.max(0, pieces.length + Number(limit)));
  const most = limit === 0n ? 1 : Number(limit);
  if (pieces.length <= most) return pieces;
  return [...pieces.slice(0, most - 1), pieces.slice(most - 1).join(separator)];
}

function implode(first: PhpValue, second: PhpValue): string {
  const [separator, array] = second === null ? ["", first] : [first, second];
  if (!(array instanceof PhpArray)) throw raise("TypeError", "implode() needs an array for $array");
  return joinValues(array.values(), toStr(separator));
}

function pad(text: string, length: number, filler: string, type: bigint): string {
  const missing = length - text.length;
  if (missing <= 0) return text;
  if (filler === "") throw raise("ValueError", "str_pad() needs a $pad_string that is not empty");
  allowString(length);
  const left = type === 0n ? missing : type === 2n ? Math.floor(missing / 2) : 0;
  const fill = (count: number): string => filler.repeat(Math.ceil(count / filler.length)).slice(0, count);
  return fill(left) + text + fill(missing - left);
}

function slice(text: string, offset: number, length: bigint | undefined): string {
  const start = offset < 0 ? Math.max(0, text.length + offset) : offset;
  if (length === undefined) return text.slice(start);
  const end = length < 0n ? text.length + Number(length) : start + Number(length);
  return end <= start ? "" : text.slice(start, end);
}
