import { setTimeout as timeout } from "node:timers/promises";
import type { DatabaseConfig } from "../../config/config.ts";
import { errorCode, errorMessage } from "../../failures/error-reason.ts";
import { LOCK_PATIENCE } from "../runtime.ts";

/** Milliseconds between two tries. */
const PAUSE = 50;

/** Waits so many milliseconds; rejects once the signal is aborted. A parameter, so that tests need no minute. */
type Pause = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

/**
 * Runs statements on a database. SQLite locks its file while a process writes, and a statement of another process then waits:
 * in PHP for 60 seconds. SQLite would wait by standing still, and the whole server with it, so it is told not to wait; the
 * statement is tried again from here, for as long.
 */
export class SqliteLock {
  readonly #kind: DatabaseConfig["kind"];
  readonly #pause: Pause;
  #ended = new AbortController();

  constructor(
    { kind }: Pick<DatabaseConfig, "kind">,
    pause: Pause = (milliseconds, signal) => timeout(milliseconds, undefined, { signal }),
  ) {
    this.#kind = kind;
    this.#pause = pause;
  }

  /** Tries until the file is not locked. Rejects when it stays locked or `giveUp` is called, and at once for every other error. */
  async pass<T>(attempt: () => Promise<T>): Promise<T> {
    const { signal } = this.#ended;
    for (let tries = 1;; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (this.#kind !== "sqlite" || !isLocked(error)) throw error;
        if (tries * PAUSE >= LOCK_PATIENCE) {
          throw new Error(`${errorMessage(error)}, for ${LOCK_PATIENCE / 1000} s now`, { cause: error });
        }
        await this.#pause(PAUSE, signal).catch(() => Promise.reject(error));
      }
    }
  }

  /** Ends every wait that is under way; later statements wait again. */
  giveUp(): void {
    this.#ended.abort();
    this.#ended = new AbortController();
  }
}

function isLocked(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED)/.test(errorCode(error));
}
