/** Texts of which one object is kept. */
const MOST = 100;

/** Gives equal texts as one object: nearly all connections of an application come from a few origins. */
export class SameTexts {
  readonly #texts = new Map<string, string>();

  /** The same text, as the object that was given first. */
  same(text: string | null): string | null {
    if (text === null) return null;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size < MOST) this.#texts.set(text, text);
    return text;
  }
}
