import { allowString } from "../limits.ts";
import { PhpFault } from "../php-config-error.ts";
import { toBytes, toText } from "../values/byte-string.ts";
import { trimBytes } from "./trim-bytes.ts";

/* Illuminate\Support\Str, the methods that work on words. Text in, text out. */

/** `\s` of PHP's Unicode expressions. */
const SPACE = "[\\p{Z}\\t-\\r\\x85\\u180e]";

/** `Str::INVISIBLE_CHARACTERS` of Laravel, those that are no spaces. */
const INVISIBLE =
  "[\\0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b-\\u200f\\u2060-\\u2065\\u206a-\\u206f\\u2800\\u3164\\ufeff\\uffa0" +
  "\\u{1d159}\\u{1d173}-\\u{1d17a}\\u{e0020}]";

/** `Str::slug` of a title that is in ASCII already, unless the call asked for no conversion. */
export function slug(title: string, separator: string): string {
  const other = separator === "-" ? "_" : "-";
  // Each character of the separator counts by itself, as in the classes of Laravel's expressions.
  const separators = new Set(separator), spaces = new RegExp(SPACE, "u");
  const places = title.match(/[-_@\s]/g)?.length ?? 0;
  allowString(title.length + 2 * places * separator.length);
  const text = lower(
    title.replace(new RegExp(`${other}+`, "g"), () => separator)
      .replaceAll("@", () => `${separator}at${separator}`),
  );
  let joined = "", between = false;
  for (const character of text) {
    const isSpace = separators.has(character) || spaces.test(character);
    if (!isSpace && !/[\p{L}\p{N}]/u.test(character)) continue;
    if (!isSpace) joined += character;
    else if (!between) joined += separator;
    between = isSpace;
  }
  return toText(trimBytes(toBytes(joined), "both", toBytes(separator))) ?? joined;
}

/** `Str::snake`: a delimiter before every capital of ASCII, then everything in lower case. */
export function snake(value: string, delimiter: string): string {
  if (/^[a-z]+$/.test(value)) return value;
  // PHP's own ucwords() knows the letters and spaces of ASCII alone.
  const words = value.replace(/(^|[ \t\r\n\f\v])([a-z])/g, (word) => word.toUpperCase());
  return lower(
    words.replace(new RegExp(SPACE, "gu"), "").replace(
      /([^\n])(?=[A-Z])/gu,
      (character) => character + delimiter,
    ),
  );
}

/** `Str::studly`: every word begins with a capital, nothing between them. */
export function studly(value: string): string {
  return value.replace(/[-_]/g, " ").split(new RegExp(SPACE, "u")).map(ucfirst).join("");
}

/** `Str::camel`. Throws a {@link PhpFault} for a first letter that only Laravel 13 and later make small. */
export function camel(value: string): string {
  return studly(value).replace(/^[^]/u, (first) => {
    if (first > "\x7f" && first.toLowerCase() !== first) {
      throw new PhpFault(
        `Str::camel() of a text that begins with "${toBytes(first)}" depends on the version of Laravel`,
      );
    }
    return first.toLowerCase();
  });
}

/** `mb_strtolower`. Throws a {@link PhpFault} for a sigma at a word's end, which is another letter since PHP 8.3. */
export function lower(value: string): string {
  const result = value.toLowerCase();
  if (value.includes("Σ") && result.split("ς").length > value.split("ς").length) {
    throw new PhpFault(toBytes('a word that ends in "Σ" depends on the version of PHP, in lower case'));
  }
  return result;
}

/** `mb_convert_case` in title mode: after a character without case a word begins. */
export function titleCase(value: string): string {
  lower(value);
  let result = "", inWord = false;
  for (const character of value) {
    result += inWord ? character.toLowerCase() : titleOf(character);
    if (!/\p{Case_Ignorable}/u.test(character)) inWord = /\p{Cased}/u.test(character);
  }
  return result;
}

/** A letter at the beginning of a word. Georgian has none, and a few letters have one that JavaScript does not tell. */
function titleOf(character: string): string {
  if (/[\u10d0-\u10ff]/.test(character)) return character;
  const upper = character.toUpperCase();
  if ([...upper].length > 1 || /[Ǆ-ǌǱ-ǳ]/.test(character)) {
    throw new PhpFault(`"${toBytes(character)}" at the beginning of a word is not supported`);
  }
  return upper;
}

/** `Str::headline`: words apart, each with a capital. */
export function headline(value: string): string {
  const parts = value.split(new RegExp(SPACE, "u")).filter((part) => part !== "");
  const single = parts.length > 1 ? parts : (parts[0] ?? "").split(/(?=\p{Lu})/u);
  return single.map(titleCase).join("_").split(/[-_ ]+/).filter((part) => part !== "" && part !== "0").join(
    " ",
  );
}

/** `Str::ucfirst` */
export function ucfirst(value: string): string {
  return value.replace(/^[^]/u, (first) => first.toUpperCase());
}

/** `Str::squish`: no space at the ends, single spaces inside. */
export function squish(value: string): string {
  return trimUnicode(value).replace(new RegExp(`(?:${SPACE}|[\\u3164\\u1160])+`, "gu"), " ");
}

/** `Str::trim`: also Unicode's spaces and invisible characters, unless a list of characters is given. */
export function trimUnicode(value: string, list?: string): string {
  const listed = list === undefined ? undefined : new Set(list);
  const unlisted = new RegExp(`${SPACE}|${INVISIBLE}`, "u");
  const unwanted = (character = ""): boolean => listed?.has(character) ?? unlisted.test(character);
  const characters = [...value];
  let [from, to] = [0, characters.length];
  while (from < to && unwanted(characters[from])) from++;
  while (to > from && unwanted(characters[to - 1])) to--;
  return characters.slice(from, to).join("");
}
