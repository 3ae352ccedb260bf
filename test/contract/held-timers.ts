import { systemTimers, type Timers } from "../../src/failures/timers.ts";

/** The timers of the runtime, which a test holds where something must happen before the next one is called. */
export class HeldTimers implements Timers {
  readonly nextTurn = systemTimers.nextTurn;
  readonly #repeated = new Set<() => void>();
  #due: (() => void)[] = [];
  #isHeld = false;

  after(milliseconds: number, then: () => void): () => void {
    let isOver = false;
    const call = (): void => {
      if (isOver) return;
      if (this.#isHeld) this.#due.push(call);
      else then();
    };
    const cancel = systemTimers.after(milliseconds, call);
    return () => {
      isOver = true;
      cancel();
    };
  }

  every(milliseconds: number, call: () => void): () => void {
    this.#repeated.add(call);
    const cancel = systemTimers.every(milliseconds, () => this.#isHeld || call());
    return () => {
      this.#repeated.delete(call);
      cancel();
    };
  }

  /** Nothing is called from now on. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Calls at once all that is repeated, and what was due meanwhile. */
  letGo(): void {
    this.#isHeld = false;
    for (const call of [...this.#due.splice(0), ...this.#repeated]) call();
  }
}
