import { systemTimers, type Timers } from "../failures/timers.ts";
import { ApiError } from "./api-error.ts";

/** Milliseconds for which a body may stall: as long as the runtime waits for the head of a request. */
const PATIENCE = 10_000;
const SECOND = 1000;

/** One body that has not arrived as a whole. */
interface UnfinishedBody {
  /** When the last part of it came, in milliseconds. */
  heardAt: number;
  readonly stalled: () => void;
}

/**
 * Gives up bodies that stall, with {@link ApiError} 408. One timer looks at all of them, and only while there are any, since a timer
 * for each call would cost more than its check.
 */
export class BodyWatch {
  readonly #now: () => number;
  readonly #unfinished = new Set<UnfinishedBody>();
  readonly #timers: Pick<Timers, "every">;
  #stopLooking: (() => void) | undefined;

  /** `now` gives milliseconds that only grow. */
  constructor(now: () => number, timers: Pick<Timers, "every"> = systemTimers) {
    this.#now = now;
    this.#timers = timers;
  }

  /** Resolves with what `read` resolves with. `read` calls `progress` when a part of the body has come. */
  wait(read: (progress: () => void) => Promise<Uint8Array>): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const body: UnfinishedBody = {
        heardAt: this.#now(),
        stalled: () => {
          const text = `The request body stalled for ${PATIENCE / SECOND} seconds.`;
          reject(new ApiError(408, text, "api_unfinished"));
        },
      };
      this.#unfinished.add(body);
      this.#stopLooking ??= this.#timers.every(SECOND, () => this.#look());
      read(() => body.heardAt = this.#now()).then(
        (bytes) => {
          this.#unfinished.delete(body);
          resolve(bytes);
        },
        (error) => {
          this.#unfinished.delete(body);
          reject(error);
        },
      );
    });
  }

  #look(): void {
    const since = this.#now() - PATIENCE;
    for (const body of this.#unfinished) {
      if (body.heardAt > since) continue;
      this.#unfinished.delete(body);
      body.stalled();
    }
    if (this.#unfinished.size > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }
}
