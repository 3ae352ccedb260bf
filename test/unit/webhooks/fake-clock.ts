import type { DeliveryClock } from "../../../src/webhooks/delivery-clock.ts";

interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Time that passes only when a test lets it. */
export class FakeClock implements DeliveryClock {
  #now = 1_700_000_000_000;
  #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time pass: calls each timer that is due, in order, and waits for the promises that follow from it. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settled();
      const next = this.#timers.reduce<Timer | undefined>(
        (first, each) => first === undefined || each.at < first.at ? each : first,
        undefined,
      );
      if (next === undefined || next.at > end) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = end;
  }
}

/** Resolves when all promises that need no timer have settled. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await undefined;
}
