/** Names at most; of more the oldest is forgotten, and looked up again when it is used. */
const MOST = 4096;

/** Names that belong to no application, for a while. Bounded, since callers make them up. */
export class AbsentNames {
  readonly #seconds: number;
  /** Until when each counts, the oldest first. */
  readonly #ends = new Map<string, number>();

  /** `seconds` is for how long a name counts. */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  get size(): number {
    return this.#ends.size;
  }

  /** A name belongs to no application at `now`, in seconds. */
  add(name: string, now: number): void {
    this.#ends.delete(name);
    if (this.#seconds === 0) return;
    this.#ends.set(name, now + this.#seconds);
    if (this.#ends.size > MOST) this.#ends.delete(this.#ends.keys().next().value!);
  }

  has(name: string, now: number): boolean {
    const end = this.#ends.get(name);
    if (end === undefined) return false;
    if (end > now) return true;
    this.#ends.delete(name);
    return false;
  }

  delete(name: string): void {
    this.#ends.delete(name);
  }

  /** Forgets all of them: they are looked up again. */
  clear(): void {
    this.#ends.clear();
  }

  /** Forgets those that count no longer. */
  sweep(now: number): void {
    for (const [name, end] of this.#ends) {
      if (end > now) return;
      this.#ends.delete(name);
    }
  }
}
