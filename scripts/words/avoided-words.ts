/**
 * Words and phrases that comments, messages, test titles and documents do without. They leave open who is meant, or are riddles
 * to readers who learned English as a foreign language: write "a client", "the caller", "the operator", "no subscriber", "follows",
 * "is asked for", "reports". An underscore stands for white space, so a phrase is found over the end of a line as well.
 */
export const AVOIDED_WORDS: readonly string[] =
  ("whoever|whomever|whatever|whichever|somebody|someone|anybody|anyone|nobody|no_one|everybody|goes_by|" +
    "is_wanted|are_wanted|was_wanted|were_wanted|be_wanted|has_a_say|have_a_say|has_no_say|have_no_say|a_say_in|" +
    "told_of|tell_of|tells_of|telling_of|speaks_of").split("|");

/** White space, and the stars and slashes that start the lines of a comment. */
const BETWEEN_WORDS = "[\\s*/]+";

const PATTERN = new RegExp(
  `\\b(?:${AVOIDED_WORDS.map((word) => word.replaceAll("_", BETWEEN_WORDS)).join("|")})\\b`,
  "gi",
);

/** One of the words in a text. */
export interface AvoidedWord {
  /** As it stands there, white space made one space. */
  readonly word: string;
  /** Where it starts, in UTF-16 units. */
  readonly index: number;
  /** Its length there. */
  readonly length: number;
}

/** Finds the words and phrases of the list in a text. */
export function findAvoidedWords(text: string): readonly AvoidedWord[] {
  return [...text.matchAll(PATTERN)].map(({ 0: found, index }) => ({
    word: found.replace(new RegExp(BETWEEN_WORDS, "g"), " "),
    index,
    length: found.length,
  }));
}
