import { toText } from "../values/byte-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { codePoint, readClass, readEscape, refuse } from "./pattern-class.ts";

/** A pattern of PHP's functions in RE2's syntax. */
export interface TranslatedPattern {
  /** For texts that do not end with a line feed. */
  readonly source: string;
  /** For texts whose only line feed is their last character, before which `$` matches as well. */
  readonly sourceBeforeLineFeed: string;
  /** True with `/u`: the pattern is about characters and not about bytes. */
  readonly isText: boolean;
  /** Names of groups by their numbers. */
  readonly names: ReadonlyMap<number, string>;
  readonly groups: number;
  /** `$` without `/m` and `/D`; `^` with `/m`; `\b`; `\R`: in each of them RE2 differs from PCRE for some texts. */
  readonly hasEnd: boolean;
  readonly hasLineStart: boolean;
  readonly hasBoundary: boolean;
  readonly hasLineBreak: boolean;
}

const BRACKETS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };
const END = "\u0001";

/** Translates a pattern with its delimiters, a byte string. Throws a {@link PhpFault} that names the part which RE2 cannot run. */
export function translatePattern(pattern: string): TranslatedPattern {
  const trimmed = pattern.replace(/^[ \t-\r\0]+/, ""), open = trimmed[0] ?? "";
  const close = trimmed.lastIndexOf(BRACKETS[open] ?? open);
  if (/^[A-Za-z0-9\\]?$/.test(open) || close < 1) {
    throw new PhpFault(`the regular expression "${pattern}" is not supported`);
  }
  const modifiers = trimmed.slice(close + 1).replace(/[\n\r ]/g, "");
  const unknown = /[^imsxuUDS]/.exec(modifiers);
  if (unknown !== null) {
    throw new PhpFault(`the modifier "${unknown[0]}" of a regular expression is not supported`);
  }
  const isText = modifiers.includes("u");
  const body = trimmed.slice(1, close), source = isText ? toText(body) : body;
  if (source === undefined) {
    throw new PhpFault("a regular expression that is not valid UTF-8 is not supported");
  }
  return new Translation(source, modifiers).run();
}

/** Parts of a pattern that take no characters, and settings inside one. */
const ASSERTION = /^(?:[\^$]|\\[AzZbB]|\(\?[isU-]+\))$/;

class Translation {
  readonly #source: string;
  readonly #has: (modifier: string) => boolean;
  readonly #names = new Map<number, string>();
  #groups = 0;
  /** What stands before this place, where it takes no characters of the text. */
  #assertion: string | undefined;
  #at = 0;
  #ignoresCase: boolean;
  #isAscii = true;
  #seen = { hasEnd: false, hasLineStart: false, hasBoundary: false, hasLineBreak: false };

  constructor(source: string, modifiers: string) {
    this.#source = source;
    this.#has = (modifier) => modifiers.includes(modifier);
    this.#ignoresCase = this.#has("i");
  }

  run(): TranslatedPattern {
    let result = "";
    while (this.#at < this.#source.length) {
      const from = this.#at, text = this.#next();
      result += text;
      if (text !== "") this.#assertion = ASSERTION.exec(this.#source.slice(from, this.#at))?.[0];
    }
    const isText = this.#has("u");
    if (this.#ignoresCase && !isText && !this.#isAscii) {
      throw new PhpFault(
        "a regular expression without /u that ignores the case of other letters than ASCII is not supported",
      );
    }
    const flags = [["i", "i"], ["s", "s"], ["U", "U"]].filter(([own = ""]) => this.#has(own)).map(([, re2]) =>
      re2
    );
    const whole = flags.length === 0 ? result : `(?${flags.join("")})${result}`;
    return {
      source: whole.replaceAll(END, "\\z"),
      sourceBeforeLineFeed: whole.replaceAll(END, "(?m:$)"),
      isText,
      names: this.#names,
      groups: this.#groups,
      ...this.#seen,
    };
  }

  #next(): string {
    const source = this.#source, letter = source[this.#at] ?? "";
    switch (letter) {
      case "\\":
        return this.#escape();
      case "[": {
        const found = readClass(source, this.#at, this.#has("u"));
        this.#at = found.end;
        this.#isAscii &&= found.isAscii;
        return found.class;
      }
      case "(":
        return this.#group();
      case ")":
      case "|":
      case ".":
        this.#at++;
        return letter;
      case "*":
      case "+":
      case "?":
        return this.#quantifier(letter);
      case "{": {
        const counted = /^\{\d+(?:,\d*)?\}/.exec(source.slice(this.#at, this.#at + 24));
        if (counted !== null) return this.#quantifier(counted[0]);
        if (/^\{,\d+\}/.test(source.slice(this.#at))) refuse("{,");
        break;
      }
      case "^":
        this.#at++;
        if (!this.#has("m")) return "\\A";
        this.#seen.hasLineStart = true;
        return "(?m:^)";
      case "$":
        this.#at++;
        if (this.#has("m")) return "(?m:$)";
        if (this.#has("D")) return "\\z";
        this.#seen.hasEnd = true;
        return END;
    }
    if (this.#has("x")) {
      const skipped = /^(?:\s+|#[^\n]*)/.exec(source.slice(this.#at))?.[0];
      if (skipped !== undefined) {
        this.#at += skipped.length;
        return "";
      }
    }
    return this.#literal(source.codePointAt(this.#at) ?? 0);
  }

  #literal(code: number): string {
    this.#at += code > 0xffff ? 2 : 1;
    this.#isAscii &&= code < 0x80;
    return codePoint(code);
  }

  #quantifier(text: string): string {
    // PHP compiles no such pattern, and RE2 does.
    if (this.#assertion !== undefined) refuse(`${this.#assertion}${text}`);
    this.#at += text.length;
    const after = this.#source[this.#at];
    if (after === "+") refuse(`${text}+`);
    if (after !== "?") return text;
    this.#at++;
    return `${text}?`;
  }

  #escape(): string {
    const source = this.#source, letter = source[this.#at + 1] ?? "";
    switch (letter) {
      case "A":
      case "z":
        this.#at += 2;
        return `\\${letter}`;
      case "Z":
        this.#at += 2;
        this.#seen.hasEnd = true;
        return END;
      case "b":
      case "B":
        this.#at += 2;
        this.#seen.hasBoundary = true;
        return `\\${letter}`;
      case "N":
        this.#at += 2;
        return "[^\\n]";
      case "R":
        this.#at += 2;
        this.#seen.hasLineBreak = true;
        return `(?:\\r\\n|[${this.#has("u") ? "\\n-\\r\\x{85}\\x{2028}\\x{2029}" : "\\n-\\r\\x{85}"}])`;
      case "Q": {
        const end = source.indexOf("\\E", this.#at + 2), stop = end < 0 ? source.length : end;
        let result = "";
        for (this.#at += 2; this.#at < stop;) result += this.#literal(source.codePointAt(this.#at) ?? 0);
        this.#at = stop + (end < 0 ? 0 : 2);
        return result;
      }
      case "E":
        this.#at += 2;
        return "";
    }
    const found = readEscape(source, this.#at + 1, this.#has("u"), false);
    this.#at = found.end;
    if ("class" in found) return found.class;
    this.#isAscii &&= found.code < 0x80;
    return codePoint(found.code);
  }

  #group(): string {
    const rest = this.#source.slice(this.#at, this.#at + 80);
    if (rest.startsWith("(*")) refuse("(*");
    if (!rest.startsWith("(?")) {
      this.#at++;
      this.#groups++;
      return "(";
    }
    const named = /^\(\?(?:P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})')/.exec(rest);
    if (named !== null) {
      this.#at += named[0].length;
      this.#names.set(++this.#groups, named[1] ?? named[2] ?? "");
      return "(";
    }
    const comment = /^\(\?#[^)]*\)/.exec(this.#source.slice(this.#at));
    if (comment !== null) {
      this.#at += comment[0].length;
      return "";
    }
    const flags = /^\(\?[isU]*(?:-[isU]+)?[:)]/.exec(rest);
    if (flags === null) return refuse(/^\(\?(?:<[=!]|P[=>]|.)?/.exec(rest)?.[0] ?? "(?");
    this.#ignoresCase ||= flags[0].includes("i");
    this.#at += flags[0].length;
    return flags[0];
  }
}
