import { setImmediate } from "node:timers";

/** The timers of a process. They are a parameter, so that a simulation can run on a time of its own. */
export interface Timers {
  /** Calls back after so many milliseconds, until the answer is called. */
  after(milliseconds: number, then: () => void): () => void;
  /** Calls again and again, so many milliseconds apart, until the answer is called. */
  every(milliseconds: number, call: () => void): () => void;
  /** Calls back when this turn of the event loop is over, in the order of the calls. */
  nextTurn(then: () => void): void;
}

/** The timers of the runtime. */
export const systemTimers: Timers = {
  after(milliseconds, then) {
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
  every(milliseconds, call) {
    const timer = setInterval(call, milliseconds);
    return () => clearInterval(timer);
  },
  nextTurn(then) {
    setImmediate(then);
  },
};

/** Resolves after so many milliseconds. */
export function delay({ after }: Pick<Timers, "after">, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void after(milliseconds, resolve));
}

/** Resolves when this turn of the event loop is over. */
export function endOfTurn({ nextTurn }: Pick<Timers, "nextTurn">): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}
