/** Opens once. Callbacks that come before wait for that, later ones run at once; nothing is allocated while none waits. */
export class Latch {
  /** One that is open already. */
  static readonly OPEN = new Latch();
  static {
    Latch.OPEN.open();
  }

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

  /** Runs the callbacks that wait, in the order in which they came. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) { for (const go of waiting) go(); }
  }
}
