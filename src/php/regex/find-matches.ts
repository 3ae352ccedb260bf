import { createRequire } from "node:module";
import { toBytes, toText } from "../values/byte-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { refuse } from "./pattern-class.ts";
import { type TranslatedPattern, translatePattern } from "./translate-pattern.ts";

/** One match: the text of each group and where it begins, in bytes; `undefined` for a group that took no part. */
export interface Match {
  readonly groups: readonly (MatchedGroup | undefined)[];
  readonly names: ReadonlyMap<number, string>;
  readonly start: number;
  readonly end: number;
}

/** A group of a match. */
export interface MatchedGroup {
  readonly text: string;
  readonly start: number;
}

type Package = typeof import("re2js");
type Compiled = ReturnType<Package["RE2JS"]["compile"]>;

const LARGEST_PATTERN = 8_192;
let loaded: Package | undefined;

/**
 * All matches of a pattern in a text, from a byte on, one after another as PCRE finds them. Both are byte strings; `undefined` for a
 * text that is not valid UTF-8 while the pattern has `/u`. `spend` counts the work, which is linear in both. Throws a
 * {@link PhpFault} for what RE2 cannot run, or where it would find something else than PCRE.
 */
export function findMatches(
  pattern: string,
  subject: string,
  offset: number,
  spend: (units: number) => void,
): Iterable<Match> | undefined {
  if (pattern.length > LARGEST_PATTERN) {
    throw new PhpFault("a regular expression of this length is not supported");
  }
  spend(pattern.length);
  const translated = translatePattern(pattern), { isText } = translated;
  const text = isText ? toText(subject) : subject;
  if (text === undefined) return undefined;
  checkText(translated, pattern, text);
  const beforeLineFeed = translated.hasEnd && text.endsWith("\n");
  const source = beforeLineFeed ? translated.sourceBeforeLineFeed : translated.source;
  const from = isText ? toText(subject.slice(0, offset))?.length ?? 0 : offset;
  return matchesIn(source, translated, text, from, spend);
}

/** Refuses texts for which RE2 and PCRE disagree about a part of the pattern. */
function checkText(pattern: TranslatedPattern, written: string, text: string): void {
  const endsWithLine = text.endsWith("\n");
  if (pattern.hasEnd && endsWithLine && text.indexOf("\n") < text.length - 1) {
    throw new PhpFault(
      `"$" of a regular expression in a text of several lines that ends with one is not supported without /m or /D`,
    );
  }
  if (pattern.hasBoundary && pattern.isText && /[^\p{ASCII}]/u.test(text)) refuse("\\b");
  if (pattern.hasLineBreak && text.includes("\r\n") && !/^(.)\\R\+?\1[a-zA-Z]*$/.test(written)) refuse("\\R");
}

function* matchesIn(
  source: string,
  { names, groups, isText, hasLineStart }: TranslatedPattern,
  text: string,
  from: number,
  spend: (units: number) => void,
): Generator<Match> {
  const pattern = compile(source, false), matcher = pattern.matcher(text);
  const size = Math.max(1, pattern.programSize());
  for (let at = from; at <= text.length;) {
    spend(1 + (((text.length - at) * size) >> 3));
    if (!matcher.find(at)) return;
    const start = matcher.start(), end = matcher.end();
    if (hasLineStart && end === text.length && text.endsWith("\n") && text !== "") {
      // RE2 lets "^" match behind the last line feed, PCRE does not.
      if (start === end) return;
      refuse("^");
    }
    yield {
      groups: Array.from({ length: groups + 1 }, (_, index) => {
        const group = matcher.group(index);
        if (group === null) return undefined;
        return isText
          ? { text: toBytes(group), start: toBytes(text.slice(0, matcher.start(index))).length }
          : { text: group, start: matcher.start(index) };
      }),
      names,
      start: isText ? toBytes(text.slice(0, start)).length : start,
      end: isText ? toBytes(text.slice(0, end)).length : end,
    };
    if (end > start) {
      at = end;
      continue;
    }
    // PCRE looks for a match that is not empty at the same place first.
    const longest = compile(source, true).matcher(text);
    spend(1 + (((text.length - at) * size) >> 3));
    if (longest.find(end) && longest.start() === end && longest.end() > end) {
      throw new PhpFault("a regular expression that prefers an empty match to a longer one is not supported");
    }
    at = end + ((isText && (text.codePointAt(end) ?? 0) > 0xffff) ? 2 : 1);
  }
}

function compile(source: string, longest: boolean): Compiled {
  const { RE2JS } = loaded ??= load();
  try {
    return RE2JS.compile(source, longest ? RE2JS.LONGEST_MATCH : 0);
  } catch (error) {
    const reason = error instanceof Error
      ? error.message.replace(/^error parsing regexp: /, "")
      : String(error);
    throw new PhpFault(toBytes(`a regular expression is not supported: ${reason}`));
  }
}

/** re2js, loaded for the first pattern. By `require`, as php-parser, since a configuration is read without `await`. */
function load(): Package {
  if (typeof require === "function") return require("re2js") as Package;
  return createRequire(import.meta.url)("re2js") as Package;
}
