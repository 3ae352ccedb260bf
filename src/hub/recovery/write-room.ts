/**
 * Bounds what this node writes where all nodes find it: half of the bytes at once, and the other half within `seconds`. So no time of
 * `seconds` has more than all of them.
 */
export class WriteRoom {
  readonly #now: () => number;
  /** Bytes that may be written now, and when that was (milliseconds). */
  #room = 0;
  #at = -Infinity;

  /** `now` in milliseconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes room for so many bytes, of `most` within `seconds`; false where there is none left. */
  take(bytes: number, most: number, seconds: number): boolean {
    if (this.#left(most, seconds) < bytes) return false;
    this.#room -= bytes;
    return true;
  }

  /** As `take`, for what cannot be left undone: it takes room of later too. */
  spend(bytes: number, most: number, seconds: number): void {
    this.#room = Math.max(-most / 2, this.#left(most, seconds) - bytes);
  }

  #left(most: number, seconds: number): number {
    const now = this.#now(), grown = this.#room + (now - this.#at) / 1000 * most / 2 / seconds;
    this.#at = now;
    return this.#room = Math.min(most / 2, grown);
  }
}
