/** Milliseconds that a worker has to have listened before its end counts as the first one in a row. */
const LONG_LIFE = 60_000;
/** Milliseconds between two starts at the most. */
const LONGEST_DELAY = 30_000;
/** Milliseconds before the second start in a row. */
const SECOND_DELAY = 500;

/**
 * When a worker is started again: at once after its first failure, then later each time, so that a worker which fails for a
 * lasting reason takes no processor from the others.
 */
export class StartBackoff {
  #failures = 0;

  /** A process has failed to start, or has ended by an error after it listened for so many milliseconds. */
  failed(age = 0): void {
    this.#failures = age >= LONG_LIFE ? 1 : this.#failures + 1;
  }

  /** A process works, or has ended because it was asked to. */
  reset(): void {
    this.#failures = 0;
  }

  /** Milliseconds until the next start. */
  get delay(): number {
    return this.#failures <= 1 ? 0 : Math.min(SECOND_DELAY * 2 ** (this.#failures - 2), LONGEST_DELAY);
  }
}
