import { raise } from "../php-throw.ts";
import type { PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";

/** PHP's functions that look into strings. All work on bytes. */
export const stringSearchFunctions: BuiltinTable = defineBuiltins({
  "strlen(string)": (args) => BigInt(args.string(0).length),
  "str_contains(haystack, needle)": (args) => args.string(0).includes(args.string(1)),
  "str_starts_with(haystack, needle)": (args) => args.string(0).startsWith(args.string(1)),
  "str_ends_with(haystack, needle)": (args) => args.string(0).endsWith(args.string(1)),
  "strpos(haystack, needle, offset?)": (args) => position(args, (text) => text),
  "stripos(haystack, needle, offset?)": (args) => position(args, (text) => text.toLowerCase()),
  "strrpos(haystack, needle, offset?)": (args) => {
    const [text, needle, offset] = [args.string(0), args.string(1), Number(args.int(2))];
    if (Math.abs(offset) > text.length) {
      throw raise("ValueError", "strrpos() was given an $offset outside of the string");
    }
    const from = offset < 0 ? text.length + offset : text.length;
    const at = text.lastIndexOf(needle, from);
    return at < Math.max(0, offset) ? false : BigInt(at);
  },
  "strstr(haystack, needle, before_needle?)": (args) => around(args, args.string(0).indexOf(args.string(1))),
  "stristr(haystack, needle, before_needle?)": (args) =>
    around(args, args.string(0).toLowerCase().indexOf(args.string(1).toLowerCase())),
  "strrchr(haystack, needle)": (args) =>
    around(args, args.string(1) === "" ? -1 : args.string(0).lastIndexOf(args.string(1).slice(0, 1))),
  "substr_count(haystack, needle)": (args) => {
    if (args.string(1) === "") throw raise("ValueError", "substr_count() needs a $needle that is not empty");
    return BigInt(args.string(0).split(args.string(1)).length - 1);
  },
  "strcmp(string1, string2)": (args) => order(args.string(0), args.string(1)),
  "strcasecmp(string1, string2)": (args) => order(args.string(0).toLowerCase(), args.string(1).toLowerCase()),
});

function position(args: Arguments, fold: (text: string) => string): PhpValue {
  const text = fold(args.string(0));
  const offset = Number(args.int(2));
  if (Math.abs(offset) > text.length) {
    throw raise("ValueError", "strpos() was given an $offset outside of the string");
  }
  const at = text.indexOf(fold(args.string(1)), offset < 0 ? text.length + offset : offset);
  return at < 0 ? false : BigInt(at);
}

function around(args: Arguments, at: number): PhpValue {
  if (at < 0) return false;
  return args.bool(2) ? args.string(0).slice(0, at) : args.string(0).slice(at);
}

function order(left: string, right: string): bigint {
  return left === right ? 0n : left < right ? -1n : 1n;
}
