import { createRequire } from "node:module";

/*
 * voku/portable-ascii, the library under Str::slug. No package of npm has its table: the best agreed with it on 2,521 of 3,588 names in
 * 80 languages. Its versions 2.0 (Laravel 9 and later may have it) and 2.1 share the table and differ in sequences of characters.
 */

/** What the library makes of characters, and of sequences of two to five of them. */
interface AsciiTable {
  readonly characters: ReadonlyMap<string, string>;
  readonly sequences: ReadonlyMap<string, string>;
}

interface TableFile {
  readonly characters: Readonly<Record<string, string>>;
  readonly sequences: Readonly<Record<string, string>>;
}

const LONGEST_SEQUENCE = 5;
/** Version 2.0 has a longest sequence for each language, and for English it looks for these only. */
const SEQUENCES_BEFORE_2_1 = [3, 2];

let loaded: AsciiTable | undefined;

/**
 * Text in ASCII as `Str::slug` has it: what the library does not know is left out. Where the versions of the library disagree, that of
 * 2.1 and that of 2.0. `spend` counts work beyond the length of the text.
 */
export function asciiVersions(text: string, spend: (units: number) => void): readonly string[] {
  if (/^\p{ASCII}*$/u.test(text)) return [asciiAlone(text)];
  const table = loaded ??= load();
  const current = longestFirst(text, table);
  if (!current.hadSequence) return [asciiAlone(current.text)];
  return [asciiAlone(current.text), asciiAlone(sequenceBySequence(text, table, spend))];
}

/** Version 2.1: at each place the longest sequence that is known. */
function longestFirst(
  text: string,
  table: AsciiTable,
): { readonly text: string; readonly hadSequence: boolean } {
  const characters = [...text];
  let result = "", hadSequence = false;
  for (let at = 0; at < characters.length;) {
    const character = characters[at] ?? "";
    let length = character > "\x7f" ? Math.min(LONGEST_SEQUENCE, characters.length - at) : 1;
    let found: string | undefined;
    while (length > 1 && found === undefined) {
      found = table.sequences.get(characters.slice(at, at + length).join(""));
      if (found === undefined) length--;
    }
    hadSequence ||= found !== undefined;
    result += found ?? table.characters.get(character) ?? character;
    at += length;
  }
  return { text: result, hadSequence };
}

/** Version 2.0: each sequence in the whole text, those of three characters first, in the order in which they come. */
function sequenceBySequence(text: string, table: AsciiTable, spend: (units: number) => void): string {
  const characters = [...text].filter((character) => character > "\x7f");
  const done = new Set<string>();
  let result = text;
  for (const length of SEQUENCES_BEFORE_2_1) {
    for (let at = 0; at + length <= characters.length; at++) {
      const sequence = characters.slice(at, at + length).join("");
      const replacement = table.sequences.get(sequence);
      if (replacement === undefined || done.has(sequence)) continue;
      done.add(sequence);
      spend(result.length);
      result = result.replaceAll(sequence, () => replacement);
    }
  }
  return [...result].map((character) => table.characters.get(character) ?? character).join("");
}

/** Leaves out what is no ASCII, and control characters that are no spaces. */
function asciiAlone(text: string): string {
  return text.replace(/[\t\n\r]/g, " ").replace(/[^ -~]/g, "");
}

function load(): AsciiTable {
  const { characters, sequences } = read();
  return { characters: byOrigin(characters, ""), sequences: byOrigin(sequences, " ") };
}

/** Turns "result: origins" into a map from each origin. */
function byOrigin(results: Readonly<Record<string, string>>, between: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(results).flatMap(([result, origins]) =>
      (between === "" ? [...origins] : origins.split(between)).map((
        origin,
      ): [string, string] => [origin, result])
    ),
  );
}

/** The table, read for the first name that is no ASCII. By `require`, as php-parser, since a configuration is read without `await`. */
function read(): TableFile {
  if (typeof require === "function") return require("./portable-ascii.json") as TableFile;
  return createRequire(import.meta.url)("./portable-ascii.json") as TableFile;
}
