import type { Timers } from "../../../src/failures/timers.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Milliseconds since 1970 at which every simulation begins. */
const BEGINNING = Date.UTC(2030, 0, 1);

/**
 * A process of the simulation, of which nothing happens any more once it is killed, and all that was to happen waits while it stands
 * still. Its timers are those of its event loop.
 */
export class SimulatedProcess implements Timers {
  /** Milliseconds by which its wall clock is ahead. */
  clockOffset = 0;
  readonly #clock: VirtualClock;
  readonly #random: () => number;
  readonly #startedAt: number;
  readonly #fault: (error: unknown) => void;
  #isAlive = true;
  /** What waits while it stands still; `undefined` while it runs. */
  #waiting: (() => void)[] | undefined;
  #turn: (() => void)[] = [];

  /** @param fault takes what was thrown and caught nowhere in the process */
  constructor(clock: VirtualClock, random: () => number, fault: (error: unknown) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#fault = fault;
    this.#startedAt = clock.now;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  readonly monotonic = (): number => 1000 + this.#clock.now - this.#startedAt;

  readonly wallClock = (): number => BEGINNING + this.clockOffset + this.#clock.now;

  /** Runs something in this process: now, when it goes on, or never. */
  run(call: () => void): void {
    if (!this.#isAlive) return;
    if (this.#waiting !== undefined) return void this.#waiting.push(call);
    try {
      call();
    } catch (error) {
      this.#fault(error);
    }
  }

  readonly after = (milliseconds: number, then: () => void): () => void => {
    let isCancelled = false;
    const cancel = this.#clock.schedule(this.#clock.now + Math.max(milliseconds, 0), () => {
      this.run(() => {
        if (!isCancelled) then();
      });
    });
    return () => {
      isCancelled = true;
      cancel();
    };
  };

  readonly every = (milliseconds: number, call: () => void): () => void => {
    let cancel = (): void => {}, isOver = false;
    const next = (): void => {
      cancel = this.after(milliseconds, () => {
        if (isOver) return;
        next();
        call();
      });
    };
    next();
    return () => {
      isOver = true;
      cancel();
    };
  };

  /** The turn ends within a twentieth of a millisecond; all that is to happen then happens in its order. */
  readonly nextTurn = (then: () => void): void => {
    this.#turn.push(then);
    if (this.#turn.length > 1) return;
    this.#clock.schedule(this.#clock.now + this.#random() * 0.05, () => {
      for (const each of this.#turn.splice(0)) this.#clock.schedule(this.#clock.now, () => this.run(each));
    });
  };

  /** Ends it, as SIGKILL does. */
  kill(): void {
    this.#isAlive = false;
    this.#waiting = undefined;
  }

  /** Stops it, as SIGSTOP does. */
  freeze(): void {
    this.#waiting ??= [];
  }

  /** Lets it go on. */
  thaw(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const each of waiting) this.#clock.schedule(this.#clock.now, () => this.run(each));
  }
}
