import { PhpFault } from "../php-config-error.ts";

/** What `\d` and its kin stand for inside a class, by RE2's syntax: for bytes, and for text (`/u`), where they know Unicode. */
const CLASSES: Readonly<Record<string, readonly [bytes: string, text: string]>> = {
  d: ["0-9", "\\p{Nd}"],
  w: ["0-9A-Za-z_", "\\p{L}\\p{N}_"],
  s: ["\\t-\\r ", "\\t-\\r \\x{85}\\p{Z}\\x{180e}"],
  h: ["\\t \\x{a0}", "\\t \\x{a0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}"],
  v: ["\\n-\\r\\x{85}", "\\n-\\r\\x{85}\\x{2028}\\x{2029}"],
};
const NAMED: Readonly<Record<string, readonly [bytes: string, text: string]>> = {
  alpha: ["A-Za-z", "\\p{L}"],
  digit: ["0-9", "\\p{Nd}"],
  alnum: ["0-9A-Za-z", "\\p{L}\\p{N}"],
  upper: ["A-Z", "\\p{Lu}"],
  lower: ["a-z", "\\p{Ll}"],
  space: CLASSES["s"]!,
  word: CLASSES["w"]!,
  xdigit: ["0-9A-Fa-f", "0-9A-Fa-f"],
};
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, e: 27, a: 7 };

/** A character of a pattern, or the class that an escape stands for, and where the next one begins. */
export type Escaped = { readonly end: number } & ({ readonly code: number } | { readonly class: string });

/** The escape at `at`, behind its backslash. Throws a {@link PhpFault} for those that RE2 has no word for. */
export function readEscape(source: string, at: number, isText: boolean, inClass: boolean): Escaped {
  const letter = source[at] ?? "", lower = letter.toLowerCase();
  if (/[^A-Za-z0-9]/.test(letter) && letter !== "") {
    const code = source.codePointAt(at) ?? 0;
    return { code, end: at + (code > 0xffff ? 2 : 1) };
  }
  if (letter in CONTROLS) return { code: CONTROLS[letter] ?? 0, end: at + 1 };
  if (letter === "b" && inClass) return { code: 8, end: at + 1 };
  const known = CLASSES[lower]?.[isText ? 1 : 0];
  if (known !== undefined && "dwshv".includes(lower)) {
    if (letter === lower) return { class: inClass ? known : `[${known}]`, end: at + 1 };
    if (!inClass) return { class: `[^${known}]`, end: at + 1 };
    return { class: negated(letter, isText), end: at + 1 };
  }
  const hex = /^x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{1,2}))/.exec(source.slice(at, at + 10));
  if (hex !== null) {
    const code = parseInt(hex[1] ?? hex[2] ?? "0", 16);
    if (code > (isText ? 0x10ffff : 0xff)) refuse(`\\${hex[0]}`);
    return { code, end: at + hex[0].length };
  }
  const octal = /^0[0-7]{0,2}/.exec(source.slice(at, at + 3));
  if (octal !== null) return { code: parseInt(octal[0], 8), end: at + octal[0].length };
  const property = /^[pP](?:\{\^?[A-Za-z_]+\}|[A-Z])/.exec(source.slice(at, at + 40));
  if (property !== null && isText) {
    const isNegated = (letter === "P") !== property[0].includes("^");
    const name = property[0].slice(1).replace(/[{}^]/g, "");
    return { class: `\\${isNegated ? "P" : "p"}{${name}}`, end: at + property[0].length };
  }
  return refuse(`\\${letter}`);
}

/** A class in brackets that begins at `at`. */
export function readClass(
  source: string,
  at: number,
  isText: boolean,
): { readonly class: string; readonly end: number; readonly isAscii: boolean } {
  let next = at + 1, result = "[", isAscii = true;
  if (source[next] === "^") {
    result += "^";
    next++;
  }
  const one = (): Escaped => {
    if (source[next] === "\\") return readEscape(source, next + 1, isText, true);
    const code = source.codePointAt(next) ?? 0;
    return { code, end: next + (code > 0xffff ? 2 : 1) };
  };
  for (let first = true; first || source[next] !== "]"; first = false) {
    if (next >= source.length) throw new PhpFault("a regular expression with an open [ is not supported");
    const named = /^\[:(\^?)([a-z]+):\]/.exec(source.slice(next, next + 14));
    if (named !== null) {
      const known = named[1] === "" ? NAMED[named[2] ?? ""]?.[isText ? 1 : 0] : undefined;
      result += known ?? refuse(named[0]);
      next += named[0].length;
      continue;
    }
    if (/^\[[.=]/.test(source.slice(next, next + 2))) refuse(source.slice(next, next + 2));
    const start = one();
    next = start.end;
    if ("class" in start) {
      result += start.class;
      continue;
    }
    isAscii &&= start.code < 0x80;
    result += codePoint(start.code);
    if (source[next] !== "-" || source[next + 1] === "]" || next + 1 >= source.length) continue;
    next++;
    const end = one();
    next = end.end;
    if ("class" in end) {
      result += `\\-${end.class}`;
      continue;
    }
    isAscii &&= end.code < 0x80;
    result += `-${codePoint(end.code)}`;
  }
  return { class: `${result}]`, end: next + 1, isAscii };
}

/** A character as RE2 takes it in any place. */
export function codePoint(code: number): string {
  return `\\x{${code.toString(16)}}`;
}

/** Says which part of a pattern is not supported. */
export function refuse(part: string): never {
  throw new PhpFault(`"${part}" in a regular expression is not supported`);
}

function negated(letter: string, isText: boolean): string {
  if (letter === "D") return isText ? "\\P{Nd}" : "\\D";
  if (letter === "W" && !isText) return "\\W";
  if (letter === "S" && !isText) return "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{ff}";
  return refuse(`[\\${letter}]`);
}
