import { toBytes, toText } from "../values/byte-string.ts";
import { toStr } from "../values/coercion.ts";
import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { replaceText } from "./replace-text.ts";
import { asciiVersions } from "./str-ascii.ts";
import { matchesPattern } from "./str-patterns.ts";
import {
  camel,
  headline,
  lower,
  slug,
  snake,
  squish,
  studly,
  titleCase,
  trimUnicode,
  ucfirst,
} from "./str-words.ts";
import { trimBytes } from "./trim-bytes.ts";

/** The static methods of `Illuminate\Support\Str` that configuration files use. Most of them work on Unicode, unlike PHP's own functions. */
export const strMethods: BuiltinTable = defineBuiltins({
  "slug(title, separator?, language?)": slugOf,
  "snake(value, delimiter?)": (args) => toBytes(snake(text(args, 0), args.has(1) ? text(args, 1) : "_")),
  "kebab(value)": (args) => toBytes(snake(text(args, 0), "-")),
  "studly(value)": (args) => toBytes(studly(text(args, 0))),
  "pascal(value)": (args) => toBytes(studly(text(args, 0))),
  "camel(value)": (args) => toBytes(camel(text(args, 0))),
  "title(value)": (args) => toBytes(titleCase(text(args, 0))),
  "headline(value)": (args) => toBytes(headline(text(args, 0))),
  "lower(value)": (args) => toBytes(lower(text(args, 0))),
  "upper(value)": (args) => toBytes(text(args, 0).toUpperCase()),
  "ucfirst(string)": (args) => toBytes(ucfirst(text(args, 0))),
  "lcfirst(string)": (args) => toBytes(text(args, 0).replace(/^[^]/u, (first) => first.toLowerCase())),
  "squish(value)": (args) => toBytes(squish(text(args, 0))),
  "trim(value, charlist?)": (args) =>
    toBytes(trimUnicode(text(args, 0), args.has(1) ? text(args, 1) : undefined)),
  "length(value)": (args) => BigInt([...text(args, 0)].length),
  "substr(string, start, length?)": (args) => toBytes(substr(args)),
  "limit(value, limit?, end?)": (args) => limit(args),
  "start(value, prefix)": (args) => args.string(1) + strip(args.string(0), args.string(1), "start"),
  "finish(value, cap)": (args) => strip(args.string(0), args.string(1), "end") + args.string(1),
  "before(subject, search)": (args) => cut(args, "first", "before"),
  "after(subject, search)": (args) => cut(args, "first", "after"),
  "beforeLast(subject, search)": (args) => cut(args, "last", "before"),
  "afterLast(subject, search)": (args) => cut(args, "last", "after"),
  "contains(haystack, needles, ignoreCase?)": (args) => {
    const fold = (value: string): string => args.bool(2) ? (toText(value) ?? value).toLowerCase() : value;
    return needles(args.value(1)).some((needle) =>
      needle !== "" && fold(args.string(0)).includes(fold(needle))
    );
  },
  "startsWith(haystack, needles)": (args) =>
    needles(args.value(1)).some((needle) => needle !== "" && args.string(0).startsWith(needle)),
  "endsWith(haystack, needles)": (args) =>
    needles(args.value(1)).some((needle) => needle !== "" && args.string(0).endsWith(needle)),
  "is(pattern, value, ignoreCase?)": (args) =>
    needles(args.value(0)).some((pattern) => matchesPattern(pattern, args.string(1), args.bool(2))),
  "replace(search, replace, subject, caseSensitive?)": (args) =>
    replaceText(args.value(0), args.value(1), args.value(2), !args.bool(3, true)),
  "replaceFirst(search, replace, subject)": (args) =>
    replaceOnce(args, args.string(2).indexOf(args.string(0))),
  "replaceLast(search, replace, subject)": (args) =>
    replaceOnce(args, args.string(2).lastIndexOf(args.string(0))),
  "remove(search, subject, caseSensitive?)": (args) =>
    replaceText(args.value(0), "", args.value(1), !args.bool(2, true)),
});

/** An argument as text, for the methods that work on characters. */
function text(args: Arguments, index: number): string {
  const decoded = toText(args.string(index));
  if (decoded === undefined) throw new PhpFault("Str needs valid UTF-8");
  return decoded;
}

/** `Str::slug`. Versions of the library for ASCII may disagree, and which one the application has is not known here. */
function slugOf(args: Arguments, host: Host): string {
  const separator = args.has(1) ? text(args, 1) : "-";
  const language = args.has(2) ? args.string(2).toLowerCase() : "en";
  if (language !== "en" && language !== "") {
    throw new PhpFault(`Str::slug() for the language "${language}" is not supported`);
  }
  const titles = language === ""
    ? [text(args, 0)]
    : asciiVersions(text(args, 0), (units) => host.spend(units));
  const [result = "", other] = new Set(titles.map((title) => toBytes(slug(title, separator))));
  if (other === undefined) return result;
  throw new PhpFault(
    `Str::slug() makes "${result}" or "${other}" of this text, depending on the application's version of ` +
      "voku/portable-ascii. Write the right one in its place, or set the variable of the env() whose default it is",
  );
}

function needles(value: PhpValue): readonly string[] {
  return value instanceof PhpArray ? [...value.values()].map(toStr) : [toStr(value)];
}

function strip(value: string, affix: string, side: "start" | "end"): string {
  if (affix === "") return value;
  let [from, to] = [0, value.length];
  if (side === "start") { while (value.startsWith(affix, from)) from += affix.length; }
  else while (to - from >= affix.length && value.endsWith(affix, to)) to -= affix.length;
  allowString(value.length + affix.length);
  return value.slice(from, to);
}

function cut(args: Arguments, which: "first" | "last", side: "before" | "after"): PhpValue {
  // `Str::before` casts what it looks for.
  const search = which === "first" && side === "before" ? toStr(args.value(1)) : args.string(1);
  const subject = args.string(0);
  // Laravel asks for the empty text only; PHP's functions take null and false as one, and find it at an end or not at all.
  if (search === "" && args.value(1) !== "") {
    if (which === "last") return side === "after" ? "" : subject;
    if (side === "before") return "";
    throw raise("ValueError", "Str::after() needs a $search that is not empty");
  }
  const at = which === "first" ? subject.indexOf(search) : subject.lastIndexOf(search);
  // What is not found gives back the subject as it came, which need not be a text.
  if (search === "" || at < 0) {
    return which === "first" && side === "after" && search !== "" ? subject : args.value(0);
  }
  return side === "before" ? subject.slice(0, at) : subject.slice(at + search.length);
}

function substr(args: Arguments): string {
  const characters = [...text(args, 0)];
  const start = Number(args.int(1));
  const from = start < 0 ? Math.max(0, characters.length + start) : start;
  const length = args.optionalInt(2);
  const to = length === undefined ? undefined : length < 0n ? Number(length) : from + Number(length);
  return characters.slice(from, to).join("");
}

function limit(args: Arguments): string {
  const most = Math.max(0, Number(args.int(1, 100n)));
  const characters = [...text(args, 0)];
  // PHP counts columns. Characters that may take two of them are refused where that makes a difference.
  if (2 * characters.length > most && characters.some((character) => MAY_BE_WIDE.test(character))) {
    throw new PhpFault("Str::limit() of characters that take two columns is not supported");
  }
  if (characters.length <= most) return args.string(0);
  return trimBytes(toBytes(characters.slice(0, most).join("")), "right", " \n\r\t\v\0") +
    args.string(2, "...");
}

const MAY_BE_WIDE =
  /[\u1100-\u115f\u231a-\u23ff\u25fd-\u27bf\u2b1b-\u2b55\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe6f\uff01-\uffe6\u{16fe0}-\u{3ffff}]/u;

function replaceOnce(args: Arguments, at: number): string {
  const [search, replacement, subject] = [args.string(0), args.string(1), args.string(2)];
  if (search === "" || at < 0) return subject;
  return subject.slice(0, at) + replacement + subject.slice(at + search.length);
}
