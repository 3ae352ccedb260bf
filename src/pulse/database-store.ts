import { LOCK_PATIENCE, type SqlDatabase } from "../runtime/runtime.ts";
import type { DatabaseConfig } from "../config/config.ts";
import { aggregateRows } from "./aggregate-rows.ts";
import { aggregateStatement, type KeyHash, keyHashOf, keyHashQuery } from "./aggregate-statement.ts";
import type { MinuteCount } from "./message-counts.ts";
import type { PulseStore } from "./pulse-recorder.ts";

/** Counts in one statement. Each makes four rows at most, far fewer than a database allows. */
const AT_ONCE = 250;

/** What a store in a database needs. */
export interface DatabaseStoreOptions {
  readonly database: SqlDatabase;
  readonly kind: DatabaseConfig["kind"];
  /** `pulse_aggregates` with its prefix. */
  readonly table: string;
  readonly place: string;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Adds to the rows of `pulse_aggregates` in the application's database, as Pulse's ingest driver `storage` does. */
export class DatabaseStore implements PulseStore {
  readonly place: string;
  readonly lockPatience: number;
  readonly #options: DatabaseStoreOptions;

  constructor(options: DatabaseStoreOptions) {
    this.place = options.place;
    // Two statements in turn: each waits.
    this.lockPatience = options.kind === "sqlite" ? 2 * LOCK_PATIENCE : 0;
    this.#options = options;
  }

  async write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]> {
    const { database, kind, table, now } = this.#options;
    const some = counts.slice(0, AT_ONCE);
    const rows = aggregateRows(some, now());
    if (rows.length === 0) return some;
    // The column is looked up with each write, since a migration may have changed it.
    const { text, values } = aggregateStatement(kind, table, await this.#keyHash(), rows);
    await database.run(text, values);
    return some;
  }

  close(): Promise<void> {
    return this.#options.database.close();
  }

  async #keyHash(): Promise<KeyHash> {
    const { database, kind, table } = this.#options;
    const { text, values } = keyHashQuery(kind, table);
    const keyHash = keyHashOf((await database.run(text, values))[0]);
    if (keyHash === undefined) {
      throw new Error(`there is no table ${table}; \`php artisan migrate\` makes it once Pulse is published`);
    }
    return keyHash;
  }
}
