import { errorReason } from "../../failures/error-reason.ts";
import type { ApplicationSource } from "../../hub/applications/application-source.ts";
import type { DirectoryCounters } from "../../monitoring/directory-counters.ts";
import type { Log } from "../../monitoring/log.ts";

/** What the state of a source is reported with. */
export interface SourceStateParts {
  readonly source: Pick<ApplicationSource, "place">;
  readonly counters: DirectoryCounters;
  readonly log: Log;
}

/** Whether the source of applications answers. A change is logged, once. */
export class SourceState {
  readonly #parts: SourceStateParts;
  #isClosed = false;

  constructor(parts: SourceStateParts) {
    this.#parts = parts;
  }

  /** Whether the source could not be asked the last time. */
  get isAway(): boolean {
    return !this.#parts.counters.isUp;
  }

  /** The source has answered. */
  answered(): void {
    const { counters, log, source } = this.#parts;
    if (counters.isUp) return;
    counters.isUp = true;
    log.info("applications_back", `Applications can be looked up again: ${source.place} answers`);
  }

  /** The source could not be asked. */
  failed(reason: unknown): void {
    const { counters, log, source } = this.#parts;
    counters.failed++;
    if (!counters.isUp || this.#isClosed) return;
    counters.isUp = false;
    log.warning(
      "applications_away",
      `Applications cannot be looked up: ${source.place} is away (${errorReason(reason)}). ` +
        "Those that are known go on; clients of others are told to come back (4100), their API calls too (503)",
    );
  }

  /** What fails from now on was given up, which is no news. */
  close(): void {
    this.#isClosed = true;
  }
}
