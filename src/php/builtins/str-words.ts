/*
 * Illuminate\Support\Str, the methods that work on words. Text in, text out. Laravel transliterates to ASCII by a table of some
 * thousand characters; here letters lose their accents, and the few letters that are no accented letters are spelled out.
 */

const spelledOut: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", Æ: "AE", œ: "oe", Œ: "OE", ø: "o", Ø: "O", đ: "d", Đ: "D", ð: "d", Ð: "D" },
  ...{ þ: "th", Þ: "TH", ł: "l", Ł: "L", ı: "i", ħ: "h", Ħ: "H", ŧ: "t", Ŧ: "T", "€": "EUR", "£": "GBP" },
  ...{ "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..." },
};

/** `Str::ascii`, for Latin letters. Characters without an ASCII form are left out. */
export function ascii(value: string): string {
  return value
    .replace(/\P{ASCII}/gu, (character) => spelledOut[character] ?? character)
    .normalize("NFD")
    .replace(/\P{ASCII}/gu, "");
}

/** `Str::slug` */
export function slug(title: string, separator: string): string {
  const other = separator === "-" ? "_" : "-";
  const quoted = separator.replace(/[^A-Za-z0-9_]/gu, "\\$&");
  const flipped = ascii(title).replace(new RegExp(`${other}+`, "g"), () => separator);
  const plain = flipped.replaceAll("@", `${separator}at${separator}`).toLowerCase();
  const kept = [...plain].filter((character) =>
    separator.includes(character) || /[\p{L}\p{N}\s]/u.test(character)
  );
  const joined = kept.join("").replace(
    new RegExp(`(?:${quoted === "" ? "" : `${quoted}|`}\\s)+`, "g"),
    () => separator,
  );
  return trimUnicode(joined, separator === "" ? undefined : separator);
}

/** `Str::snake`: a delimiter before every capital letter, then everything in lower case. */
export function snake(value: string, delimiter: string): string {
  if (/^[a-z]+$/.test(value)) return value;
  return words(value).join("").replace(/([^\n])(?=\p{Lu})/gu, (character) => character + delimiter)
    .toLowerCase();
}

/** `Str::studly`: every word begins with a capital, nothing between them. */
export function studly(value: string): string {
  return value.replace(/[-_]/g, " ").split(/\s+/).map(ucfirst).join("");
}

/** `mb_convert_case` in title mode: the first letter of each word in upper case, the rest in lower case. */
export function titleCase(value: string): string {
  return value.toLowerCase().replace(/(?<![\p{L}\p{M}\p{N}'’])\p{L}/gu, (letter) => letter.toUpperCase());
}

/** `Str::headline`: words apart, each with a capital. */
export function headline(value: string): string {
  const parts = value.split(/\s+/).filter((part) => part !== "");
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
  return trimUnicode(value).replace(/[\s\u3164\u1160]+/gu, " ");
}

/** `Str::trim`: also Unicode's spaces and invisible characters, unless a list of characters is given. */
export function trimUnicode(value: string, list?: string): string {
  const listed = list === undefined ? undefined : new Set(list);
  const unwanted = (character = ""): boolean =>
    listed === undefined ? /[\s\ufeff\u200b\u200e\0]/u.test(character) : listed.has(character);
  const characters = [...value];
  let [from, to] = [0, characters.length];
  while (from < to && unwanted(characters[from])) from++;
  while (to > from && unwanted(characters[to - 1])) to--;
  return characters.slice(from, to).join("");
}

function words(value: string): readonly string[] {
  return value.split(/\s+/).map((word) => word.replace(/^[a-z]/, (letter) => letter.toUpperCase()));
}
