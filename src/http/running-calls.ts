/** Counts the requests that are being answered, so that a stop can wait for them. */
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

  /** Resolves when no request is being answered, at the latest after `milliseconds` or once `hurry` is aborted. */
  async settled(milliseconds: number, hurry: AbortSignal): Promise<void> {
    if (this.#count > 0 && !hurry.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#settled = resolve;
      hurry.addEventListener("abort", () => resolve(), { once: true });
      const timer = setTimeout(resolve, milliseconds);
      await promise;
      clearTimeout(timer);
    }
    // The runtime writes an answer after it was made.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
