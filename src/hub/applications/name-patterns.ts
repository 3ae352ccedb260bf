/**
 * Whether a subject begins with the first text, ends with the last and has the others between them in their order: a pattern that was
 * split at its asterisks. A regular expression with several `.*` would take exponentially long for some subjects, and the client
 * chooses the subject.
 */
export function matchesTexts(texts: readonly string[], subject: string): boolean {
  const first = texts[0]!, last = texts.at(-1)!;
  if (texts.length === 1) return subject === first;
  const end = subject.length - last.length;
  if (end < first.length || !subject.startsWith(first) || !subject.endsWith(last)) return false;
  let at = first.length;
  for (const text of texts.slice(1, -1)) {
    const found = subject.indexOf(text, at);
    if (found === -1) return false;
    at = found + text.length;
  }
  return at <= end;
}

/** Patterns of names, in which `*` stands for any text. */
export class NamePatterns {
  readonly #patterns: readonly (readonly string[])[];
  readonly #matchesAll: boolean;

  constructor(patterns: readonly string[]) {
    this.#matchesAll = patterns.includes("*");
    this.#patterns = patterns.map((pattern) => pattern.split("*"));
  }

  /** Whether one of them fits a name. */
  match(name: string): boolean {
    return this.#matchesAll || this.#patterns.some((texts) => matchesTexts(texts, name));
  }
}
