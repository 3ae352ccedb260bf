/** Opens once. Whoever comes before waits, whoever comes later goes on at once; nothing is allocated while nobody waits. */
export class Latch {
  #isOpen = false;
  #waiting: (() => void)[] | undefined;

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Calls back when the latch opens: now, when it is open already. */
  whenOpen(go: () => void): void {
    if (this.#isOpen) go();
    else (this.#waiting ??= []).push(go);
  }

  /** Lets everyone go on, in the order in which they came. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) { for (const go of waiting) go(); }
  }
}
