import { systemTimers, type Timers } from "../../failures/timers.ts";

/**
 * What calls of the HTTP API wait for: that Redis has taken the events which are logged, so that they are not lost with this process.
 * After one call that has waited in vain none waits until Redis answers again.
 */
export class LogAnswers {
  #last = 0;
  /** Numbers of events that Redis has not answered, oldest first. */
  readonly #open = new Set<number>();
  #isLate = false;
  #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];
  readonly #unlogged: (events: number) => void;
  readonly #patience: number;
  readonly #timers: Pick<Timers, "after">;

  /** `unlogged` hears of events whose call was answered before Redis has; `patience` is for how many milliseconds a call waits. */
  constructor(
    unlogged: (events: number) => void,
    patience: number,
    timers: Pick<Timers, "after"> = systemTimers,
  ) {
    this.#unlogged = unlogged;
    this.#patience = patience;
    this.#timers = timers;
  }

  /** One more is sent. The answer MUST be called when Redis has answered (`isAnswered`), or never will. */
  next(): (isAnswered: boolean) => void {
    const number = ++this.#last;
    this.#open.add(number);
    if (this.#isLate) this.#unlogged(1);
    return (isAnswered) => {
      this.#open.delete(number);
      if (isAnswered) this.#isLate = false;
      if (this.#waiting.length === 0) return;
      const [oldest = Infinity] = this.#open;
      while (this.#waiting[0] !== undefined && this.#waiting[0].upTo < oldest) {
        this.#waiting.shift()!.resolve();
      }
    };
  }

  /** Resolves when all until now are answered, or it has taken too long; `undefined` where there is nothing to wait for. */
  all(): Promise<void> | undefined {
    if (this.#open.size === 0 || this.#isLate) return undefined;
    return new Promise((resolve) => {
      const cancel = this.#timers.after(this.#patience, () => this.#giveUp());
      this.#waiting.push({
        upTo: this.#last,
        resolve: () => {
          cancel();
          resolve();
        },
      });
    });
  }

  #giveUp(): void {
    this.#isLate = true;
    this.#unlogged(this.#open.size);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve } of waiting) resolve();
  }
}
