import { waitAtMost } from "../failures/deadline.ts";

/** Counts the requests whose answers are not made yet, so that a stop can wait for them. */
export class RunningCalls {
  #count = 0;
  #settled: (() => void) | undefined;

  /** Counts a request until its answer is made. */
  track<T>(answer: T | Promise<T>): T | Promise<T> {
    if (!(answer instanceof Promise)) return answer;
    this.#count++;
    answer.then(this.#ended, this.#ended);
    return answer;
  }

  readonly #ended = (): void => {
    if (--this.#count === 0) this.#settled?.();
  };

  /** Resolves when all answers are made, at the latest after `milliseconds` or once `hurry` is aborted. */
  async settled(milliseconds: number, hurry: AbortSignal): Promise<void> {
    if (this.#count > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#settled = resolve;
      await waitAtMost(milliseconds, promise, hurry);
    }
    // The runtime writes an answer in a later turn than the one in which it was made.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
