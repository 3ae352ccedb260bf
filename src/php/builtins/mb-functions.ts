import { toBytes, toText } from "../values/byte-string.ts";
import { allowArray } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { lower, titleCase } from "./str-words.ts";

/** PHP's functions on characters of UTF-8. Another encoding, and bytes that are no UTF-8, are refused. */
export const mbFunctions: BuiltinTable = defineBuiltins({
  "mb_strlen(string, encoding?)": (args) => BigInt(characters(args, 1).length),
  "mb_substr(string, start, length?, encoding?)": (args) => {
    const all = characters(args, 3), start = Number(args.int(1)), length = args.optionalInt(2);
    const from = start < 0 ? Math.max(0, all.length + start) : start;
    const to = length === undefined ? undefined : length < 0n ? Number(length) : from + Number(length);
    return toBytes(all.slice(from, to).join(""));
  },
  "mb_strtolower(string, encoding?)": (args) => toBytes(lower(text(args, 1))),
  "mb_strtoupper(string, encoding?)": (args) => toBytes(text(args, 1).toUpperCase()),
  "mb_convert_case(string, mode, encoding?)": (args) => {
    const value = text(args, 2);
    switch (args.int(1)) {
      case 0n:
        return toBytes(value.toUpperCase());
      case 1n:
        return toBytes(lower(value));
      case 2n:
        return toBytes(titleCase(value));
      default:
        throw new PhpFault("mb_convert_case() with this $mode is not supported");
    }
  },
  "mb_strpos(haystack, needle, offset?, encoding?)": (args) => {
    if (args.int(2) !== 0n) throw new PhpFault("mb_strpos() with an $offset is not supported");
    const at = text(args, 3).indexOf(argument(args, 1));
    return at < 0 ? false : BigInt([...text(args, 3).slice(0, at)].length);
  },
  "mb_stripos(haystack, needle, offset?, encoding?)": (args) => {
    if (args.int(2) !== 0n) throw new PhpFault("mb_stripos() with an $offset is not supported");
    const haystack = lower(text(args, 3)), at = haystack.indexOf(lower(argument(args, 1)));
    return at < 0 ? false : BigInt([...haystack.slice(0, at)].length);
  },
  "mb_strrpos(haystack, needle, offset?, encoding?)": (args) => {
    if (args.int(2) !== 0n) throw new PhpFault("mb_strrpos() with an $offset is not supported");
    const at = text(args, 3).lastIndexOf(argument(args, 1));
    return at < 0 ? false : BigInt([...text(args, 3).slice(0, at)].length);
  },
  "mb_strstr(haystack, needle, before_needle?, encoding?)": (args) => {
    const haystack = text(args, 3), at = haystack.indexOf(argument(args, 1));
    if (at < 0) return false;
    return toBytes(args.bool(2) ? haystack.slice(0, at) : haystack.slice(at));
  },
  "mb_str_split(string, length?, encoding?)": (args, host) => {
    const all = characters(args, 2), width = Number(args.int(1, 1n)), parts: string[] = [];
    if (width < 1) throw new PhpFault("mb_str_split() needs $length to be 1 or more");
    allowArray(all.length / width);
    for (let at = 0; at < all.length; at += width) parts.push(toBytes(all.slice(at, at + width).join("")));
    return PhpArray.list(parts, host.origin);
  },
  "mb_substr_count(haystack, needle, encoding?)": (args) => {
    if (args.string(1) === "") throw new PhpFault("mb_substr_count() needs a $needle that is not empty");
    return BigInt(text(args, 2).split(argument(args, 1)).length - 1);
  },
  "mb_convert_encoding(string, to_encoding, from_encoding?)": (args) => {
    encoding(args, 1);
    return toBytes(text(args, 2));
  },
  "mb_detect_encoding(string, encodings?, strict?)": (args) => {
    const isUsual = args.value(1) === null || /^(?:auto|(?:ascii, *)?utf-?8)$/i.test(args.string(1));
    if (!isUsual) throw new PhpFault("mb_detect_encoding() with these $encodings is not supported");
    const value = argument(args, 0);
    return /^[\0-\x7f]*$/.test(value) && !/^utf/i.test(args.string(1)) ? "ASCII" : "UTF-8";
  },
  "mb_check_encoding(value, encoding?)": (args) => {
    encoding(args, 1);
    return toText(args.string(0)) !== undefined;
  },
});

function encoding(args: Arguments, index: number): void {
  if (args.value(index) !== null && !/^utf-?8$/i.test(args.string(index))) {
    throw new PhpFault(`the encoding ${args.string(index)} is not supported`);
  }
}

function text(args: Arguments, index: number): string {
  encoding(args, index);
  return argument(args, 0);
}

function argument(args: Arguments, index: number): string {
  const decoded = toText(args.string(index));
  if (decoded === undefined) throw new PhpFault("text that is not valid UTF-8 is not supported");
  return decoded;
}

function characters(args: Arguments, index: number): string[] {
  return [...text(args, index)];
}
