import { toStr } from "../values/coercion.ts";
import { allowArray, allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { findMatches, type Match } from "../regex/find-matches.ts";
import { PhpArray, PhpArrayBuilder, type PhpOrigin, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";

const OFFSETS = 256n, AS_NULL = 512n, SET_ORDER = 2n;

/** PHP's functions on regular expressions, in linear time through RE2. */
export const regexFunctions: BuiltinTable = defineBuiltins({
  "preg_match(pattern, subject, &matches?, flags?, offset?)": (args, host) => {
    const found = matches(args.string(0), args.string(1), host, offsetIn(args, 4));
    if (found === undefined) return false;
    const [first] = found;
    args.assign(
      2,
      first === undefined ? empty : groupsOf(first, args.int(3), true, host.origin),
      host.origin,
    );
    return first === undefined ? 0n : 1n;
  },
  "preg_match_all(pattern, subject, &matches?, flags?, offset?)": (args, host) => {
    const found = matches(args.string(0), args.string(1), host, offsetIn(args, 4));
    if (found === undefined) return false;
    const all = [...found], flags = args.int(3);
    const rows = all.map((match) => groupsOf(match, flags, (flags & SET_ORDER) !== 0n, host.origin));
    const result = (flags & SET_ORDER) !== 0n
      ? PhpArray.list(rows, host.origin)
      : columns(args.string(0), rows, host);
    args.assign(2, result, host.origin);
    return BigInt(all.length);
  },
  "preg_replace(pattern, replacement, subject, limit?, &count?)": (args, host) =>
    replaceAll(args, host, (pattern, index) => {
      const given = args.value(1);
      const text = given instanceof PhpArray ? toStr([...given.values()][index] ?? "") : toStr(given);
      return (match) => expand(text, match, pattern);
    }),
  "preg_replace_callback(pattern, callback, subject, limit?, &count?, flags?)": (args, host) =>
    replaceAll(
      args,
      host,
      () => (match) => toStr(host.call(args.value(1), [groupsOf(match, args.int(5), true, host.origin)])),
    ),
  "preg_split(pattern, subject, limit?, flags?)": split,
  "preg_quote(str, delimiter?)": (args) => {
    const mark = args.string(1).slice(0, 1);
    allowString(2 * args.string(0).length);
    return args.string(0).replace(
      /[.\\+*?[^\]$(){}=!<>|:\-#/]|[^]/g,
      (letter) =>
        /[.\\+*?[^\]$(){}=!<>|:\-#]/.test(letter) || letter === mark
          ? `\\${letter}`
          : letter === "\0"
          ? "\\000"
          : letter,
    );
  },
  "preg_grep(pattern, array, flags?)": (args, host) => {
    const builder = new PhpArrayBuilder(), wanted = args.int(2) !== 1n;
    for (const [key, entry] of args.array(1).entries()) {
      const [first] = matches(args.string(0), toStr(entry.value), host, 0) ?? [];
      if ((first !== undefined) === wanted) builder.set(key, entry);
    }
    return builder.build();
  },
  "preg_last_error()": () => 0n,
  "preg_last_error_msg()": () => "No error",
});

const empty = new PhpArrayBuilder().build();

/** `preg_match` and its kin for other tables. */
export function matches(
  pattern: string,
  subject: string,
  host: Pick<Host, "spend">,
  offset: number,
): Iterable<Match> | undefined {
  return findMatches(pattern, subject, offset, (units) => host.spend(units));
}

function offsetIn(args: Arguments, index: number): number {
  const offset = Number(args.int(index));
  return offset < 0 ? Math.max(0, args.string(1).length + offset) : offset;
}

/** The groups with their names; those at the end that took no part are left out where `trim` says so. */
export function groupsOf(match: Match, flags: bigint, trim: boolean, origin: PhpOrigin): PhpArray {
  const builder = new PhpArrayBuilder(), asNull = (flags & AS_NULL) !== 0n;
  const last = match.groups.findLastIndex((group) => group !== undefined);
  for (const [index, group] of match.groups.entries()) {
    if (trim && !asNull && index > last) break;
    const text: PhpValue = group?.text ?? (asNull ? null : "");
    const value = (flags & OFFSETS) === 0n ? text : PhpArray.list([text, BigInt(group?.start ?? -1)], origin);
    const name = match.names.get(index);
    if (name !== undefined) builder.set(name, { value, origin });
    builder.set(BigInt(index), { value, origin });
  }
  return builder.build();
}

/** The groups of all matches, each group's texts together. A pattern without a match has its groups all the same. */
function columns(pattern: string, rows: readonly PhpArray[], host: Host): PhpArray {
  allowArray(rows.reduce((sum, row) => sum + row.size, 0));
  const builder = new PhpArrayBuilder();
  // The groups of a pattern are known from any text that it matches; `()` makes it match the empty one.
  const keys = rows[0]?.keys() ?? emptyKeys(pattern, host);
  for (const key of keys) {
    const values = rows.map((row) => row.get(key) ?? "");
    builder.set(key, { value: PhpArray.list(values, host.origin), origin: host.origin });
  }
  return builder.build();
}

function emptyKeys(pattern: string, host: Host): Iterable<bigint | string> {
  const open = pattern.trimStart()[0] ?? "/";
  const [first] = matches(pattern.replace(open, () => `${open}|`), "", host, 0) ?? [];
  return first === undefined ? [0n] : groupsOf(first, 0n, false, host.origin).keys();
}

type Replacer = (match: Match) => string;

function replaceAll(
  args: Arguments,
  host: Host,
  replacer: (pattern: string, index: number) => Replacer,
): PhpValue {
  const given = args.value(0),
    limit = args.value(3) === null || args.int(3) < 0n ? Infinity : Number(args.int(3));
  const patterns = given instanceof PhpArray ? [...given.values()].map(toStr) : [toStr(given)];
  let count = 0;
  const change = (subject: string): string | null => {
    let text = subject;
    for (const [index, pattern] of patterns.entries()) {
      const found = matches(pattern, text, host, 0), replace = replacer(pattern, index);
      if (found === undefined) return null;
      let result = "", from = 0, left = limit;
      for (const match of found) {
        if (left-- <= 0) break;
        result += text.slice(from, match.start) + replace(match);
        allowString(result.length + text.length - match.end);
        from = match.end;
        count++;
      }
      text = result + text.slice(from);
    }
    return text;
  };
  const subject = args.value(2);
  let result: PhpValue;
  if (subject instanceof PhpArray) {
    const builder = new PhpArrayBuilder();
    for (const [key, entry] of subject.entries()) {
      builder.set(key, { value: change(toStr(entry.value)), origin: entry.origin });
    }
    result = builder.build();
  } else result = change(args.string(2));
  args.assign(4, BigInt(count), host.origin);
  return result;
}

/** `\1`, `$1` and `${1}` in a replacement. */
function expand(text: string, { groups }: Match, _pattern: string): string {
  return text.replace(/\\\\|[\\$](\d{1,2})|\$\{(\d{1,2})\}/g, (whole, plain?: string, braced?: string) => {
    const number = plain ?? braced;
    return number === undefined ? "\\" : groups[Number(number)]?.text ?? (whole === "" ? whole : "");
  });
}

function split(args: Arguments, host: Host): PhpValue {
  const subject = args.string(1), flags = args.int(3);
  const found = matches(args.string(0), subject, host, 0);
  if (found === undefined) return false;
  if ((flags & 4n) !== 0n) throw new PhpFault("preg_split() with PREG_SPLIT_OFFSET_CAPTURE is not supported");
  const noEmpty = (flags & 1n) !== 0n, pieces: string[] = [];
  let from = 0, left = args.value(2) === null || args.int(2) <= 0n ? Infinity : Number(args.int(2));
  for (const { groups, start, end } of found) {
    if (left <= 1) break;
    if (!noEmpty || start > from) {
      pieces.push(subject.slice(from, start));
      left--;
    }
    if ((flags & 2n) !== 0n) {
      const last = groups.findLastIndex((group) => group !== undefined);
      for (const group of groups.slice(1, last + 1)) {
        if (!noEmpty || (group?.text ?? "") !== "") pieces.push(group?.text ?? "");
      }
    }
    allowArray(pieces.length);
    from = end;
  }
  if (!noEmpty || from < subject.length) pieces.push(subject.slice(from));
  return PhpArray.list(pieces, host.origin);
}
