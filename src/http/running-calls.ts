import { waitAtMost } from "../failures/deadline.ts";
import { endOfTurn, type Timers } from "../failures/timers.ts";

/** Calls whose answers are not made yet; `settled` is called when the last one is. */
interface Batch {
  count: number;
  settled?: () => void;
}

/** Counts the requests whose answers are not made yet, so that a stop can wait for them. */
export class RunningCalls {
  #batch: Batch = { count: 0 };
  #isStopping = false;
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Counts a request until its answer is made. */
  track(answer: Response | Promise<Response>): Response | Promise<Response> {
    if (answer instanceof Promise) return this.#trackLate(answer);
    return this.#isStopping ? asLast(answer) : answer;
  }

  #trackLate(answer: Promise<Response>): Promise<Response> {
    const batch = this.#batch;
    batch.count++;
    const ended = (): void => {
      if (--batch.count === 0) batch.settled?.();
    };
    // This is the first to hear of the answer, before the runtime sends it.
    answer.then((response) => {
      if (this.#isStopping) asLast(response);
      ended();
    }, ended);
    return answer;
  }

  /** From now on each answer ends its connection (`Connection: close`), so that the next call goes to another process. */
  stop(): void {
    this.#isStopping = true;
  }

  /** The other process has died: calls come here again. */
  goOn(): void {
    this.#isStopping = false;
  }

  /**
   * Resolves when the answers to all calls that run now are made, at the latest after `milliseconds` or once `hurry` is aborted. Calls
   * that come later are not waited for.
   */
  async settled(milliseconds: number, hurry: AbortSignal): Promise<void> {
    const batch = this.#batch;
    this.#batch = { count: 0 };
    if (batch.count > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      batch.settled = resolve;
      await waitAtMost(milliseconds, promise, hurry, this.#timers);
    }
    // The runtime writes an answer in a later turn than the one in which it was made.
    await endOfTurn(this.#timers);
  }
}

function asLast(response: Response): Response {
  response.headers.set("Connection", "close");
  return response;
}
