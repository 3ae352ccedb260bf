import { raise } from "../php-throw.ts";
import { toBytes, toText } from "../values/byte-string.ts";
import { toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { decodeJson } from "./decode-json.ts";
import { asciiVersions } from "./str-ascii.ts";
import { trimUnicode } from "./str-words.ts";

/** More static methods of `Illuminate\Support\Str`. */
export const strMoreMethods: BuiltinTable = defineBuiltins({
  "between(subject, from, to)": (args) => {
    const [subject, from, to] = [args.string(0), args.string(1), args.string(2)];
    if (args.value(1) === "" || args.value(2) === "") return subject;
    return beforeLast(after(subject, from), to);
  },
  "betweenFirst(subject, from, to)": (args) => {
    const [subject, from, to] = [args.string(0), args.string(1), args.string(2)];
    if (args.value(1) === "" || args.value(2) === "") return subject;
    const rest = after(subject, from), at = rest.indexOf(to);
    return at < 0 ? rest : rest.slice(0, at);
  },
  "containsAll(haystack, needles, ignoreCase?)": (args) => {
    const fold = (value: string): string => args.bool(2) ? (toText(value) ?? value).toLowerCase() : value;
    return listed(args.value(1)).every((needle) =>
      needle !== "" && fold(args.string(0)).includes(fold(needle))
    );
  },
  "doesntContain(haystack, needles, ignoreCase?)": (args) => {
    const fold = (value: string): string => args.bool(2) ? (toText(value) ?? value).toLowerCase() : value;
    return !listed(args.value(1)).some((needle) =>
      needle !== "" && fold(args.string(0)).includes(fold(needle))
    );
  },
  "doesntStartWith(haystack, needles)": (args) =>
    !listed(args.value(1)).some((needle) => needle !== "" && args.string(0).startsWith(needle)),
  "doesntEndWith(haystack, needles)": (args) =>
    !listed(args.value(1)).some((needle) => needle !== "" && args.string(0).endsWith(needle)),
  "reverse(value)": (args) => toBytes(characters(args, 0).reverse().join("")),
  "repeat(string, times)": (args) => {
    const times = Number(args.int(1));
    if (times < 0) throw new PhpFault("Str::repeat() needs $times to be 0 or more");
    allowString(args.string(0).length * times);
    return args.string(0).repeat(times);
  },
  "padLeft(value, length, pad?)": (args) => pad(args, "left"),
  "padRight(value, length, pad?)": (args) => pad(args, "right"),
  "padBoth(value, length, pad?)": (args) => pad(args, "both"),
  "mask(string, character, index, length?)": (args) => mask(args),
  "wrap(value, before, after?)": (args) =>
    args.string(1) + args.string(0) + (args.value(2) === null ? args.string(1) : args.string(2)),
  "unwrap(value, before, after?)": (args) => {
    const before = args.string(1), end = args.value(2) === null ? before : args.string(2);
    let value = args.string(0);
    if (value.startsWith(before)) value = value.slice(before.length);
    return value.endsWith(end) ? value.slice(0, value.length - end.length) : value;
  },
  "substrCount(haystack, needle)": (args) => {
    if (args.string(1) === "") throw new PhpFault("Str::substrCount() needs a $needle that is not empty");
    return BigInt(args.string(0).split(args.string(1)).length - 1);
  },
  "isJson(value)": (args, host) =>
    typeof args.value(0) === "string" &&
    (/^\s*null\s*$/i.test(args.string(0)) || decodeJson(args.string(0), true, 0n, host.origin) !== null),
  "isAscii(value)": (args) => /^\p{ASCII}*$/u.test(args.string(0)),
  "ucsplit(string)": (args, host) =>
    PhpArray.list(text(args, 0).split(/(?=\p{Lu})/u).filter((part) => part !== "").map(toBytes), host.origin),
  "take(string, limit)": (args) => {
    const all = characters(args, 0), limit = Number(args.int(1));
    return toBytes((limit < 0 ? all.slice(limit) : all.slice(0, limit)).join(""));
  },
  "charAt(subject, index)": (args) => {
    const all = characters(args, 0), index = Number(args.int(1));
    if (index < 0 ? index < -all.length : index > all.length - 1) return false;
    return toBytes(all.at(index) ?? "");
  },
  "words(value, words?, end?)": (args) => {
    const value = text(args, 0), most = Number(args.int(1, 100n));
    const found = /^\s*/.exec(value)?.[0] ?? "";
    let at = found.length;
    for (let count = 0; count < most && at < value.length; count++) {
      at += /^\S+\s*/.exec(value.slice(at))?.[0].length ?? 0;
    }
    if (most < 1 || at >= value.length) return args.string(0);
    return toBytes(value.slice(0, at).replace(/\s+$/, "")) + args.string(2, "...");
  },
  "wordCount(string)": (args) => BigInt(args.string(0).match(/[A-Za-z'-]+/g)?.length ?? 0),
  "ltrim(value, charlist?)": (args) => side(args, "left"),
  "rtrim(value, charlist?)": (args) => side(args, "right"),
  "chopStart(subject, needle)": (args) => {
    const start = listed(args.value(1)).find((needle) => args.string(0).startsWith(needle));
    return args.string(0).slice(start?.length ?? 0);
  },
  "chopEnd(subject, needle)": (args) => {
    const end = listed(args.value(1)).find((needle) => args.string(0).endsWith(needle));
    return args.string(0).slice(0, args.string(0).length - (end?.length ?? 0));
  },
  "replaceStart(search, replace, subject)": (args) =>
    args.string(0) !== "" && args.string(2).startsWith(args.string(0))
      ? args.string(1) + args.string(2).slice(args.string(0).length)
      : args.string(2),
  "replaceEnd(search, replace, subject)": (args) =>
    args.string(0) !== "" && args.string(2).endsWith(args.string(0))
      ? args.string(2).slice(0, -args.string(0).length) + args.string(1)
      : args.string(2),
  "replaceArray(search, replace, subject)": (args) => {
    const values = [...args.array(1).values()].map(toStr),
      [first = "", ...rest] = args.string(2).split(args.string(0));
    return rest.reduce((result, part) => result + (values.shift() ?? args.string(0)) + part, first);
  },
  "position(haystack, needle)": (args) => {
    const value = text(args, 0), at = value.indexOf(text(args, 1));
    return at < 0 ? false : BigInt([...value.slice(0, at)].length);
  },
  "toBase64(string)": (args) => {
    allowString(1.4 * args.string(0).length);
    return btoa(args.string(0));
  },
  "numbers(value)": (args) => args.string(0).replace(/[^0-9]/g, ""),
  "deduplicate(string, character?)": (args) => {
    const all = characters(args, 0), mark = args.has(1) ? text(args, 1) : " ";
    return toBytes(all.filter((letter, index) => letter !== mark || all[index - 1] !== mark).join(""));
  },
  "ascii(value, language?)": (args, host) => {
    if (/^\p{ASCII}*$/u.test(args.string(0)) && !/\p{Cc}/u.test(args.string(0))) return args.string(0);
    if (args.has(1) && args.string(1) !== "en") {
      throw new PhpFault("Str::ascii() for another language is not supported");
    }
    const [result = "", other] = new Set(asciiVersions(text(args, 0), (units) => host.spend(units)));
    if (other !== undefined) {
      throw new PhpFault(
        "Str::ascii() of this text depends on the version of voku/portable-ascii, and is not supported",
      );
    }
    return result;
  },
});

function listed(value: PhpValue): readonly string[] {
  return value instanceof PhpArray ? [...value.values()].map(toStr) : [toStr(value)];
}

function text(args: Arguments, index: number): string {
  const decoded = toText(args.string(index));
  if (decoded === undefined) throw new PhpFault("Str of text that is not valid UTF-8 is not supported");
  return decoded;
}

function characters(args: Arguments, index: number): string[] {
  return [...text(args, index)];
}

/** An empty text here was null or false, in which PHP's `explode` finds no separator. */
function after(subject: string, search: string): string {
  if (search === "") throw raise("ValueError", "Str::between() needs a $from that is not empty");
  const at = subject.indexOf(search);
  return at < 0 ? subject : subject.slice(at + search.length);
}

function beforeLast(subject: string, search: string): string {
  const at = subject.lastIndexOf(search);
  return at < 0 ? subject : subject.slice(0, at);
}

function pad(args: Arguments, where: "left" | "right" | "both"): string {
  const all = characters(args, 0), filler = args.has(2) ? characters(args, 2) : [" "];
  const missing = Number(args.int(1)) - all.length;
  if (missing <= 0 || filler.length === 0) return args.string(0);
  allowString(Number(args.int(1)) * 4);
  const left = where === "left" ? missing : where === "both" ? Math.floor(missing / 2) : 0;
  const fill = (count: number): string =>
    Array.from({ length: count }, (_, index) => filler[index % filler.length]).join("");
  return toBytes(fill(left) + all.join("") + fill(missing - left));
}

function mask(args: Arguments): string {
  const all = characters(args, 0), mark = args.has(1) ? [...text(args, 1)][0] : undefined;
  if (mark === undefined) return args.string(0);
  const index = Number(args.int(2)), length = args.optionalInt(3);
  const start = index < 0 ? Math.max(0, all.length + index) : index;
  const end = length === undefined
    ? all.length
    : length < 0n
    ? all.length + Number(length)
    : start + Number(length);
  if (end <= start || start >= all.length) return args.string(0);
  return toBytes(all.map((letter, at) => at >= start && at < end ? mark : letter).join(""));
}

function side(args: Arguments, which: "left" | "right"): string {
  const value = text(args, 0), list = args.has(1) ? text(args, 1) : undefined;
  // What is left of the other side keeps a mark that is never trimmed.
  const guarded = which === "left"
    ? trimUnicode(`${value}\u{10ffff}`, list)
    : trimUnicode(`\u{10ffff}${value}`, list);
  return toBytes(which === "left" ? guarded.slice(0, -2) : guarded.slice(2));
}
