import {
  type ApplicationRecord,
  readApplicationRecord,
  RecordError,
} from "../../config/applications/application-record.ts";
import type { ApplicationConfig, ProviderConfig } from "../../config/config.ts";
import { within } from "../../failures/deadline.ts";
import type { Timers } from "../../failures/timers.ts";
import type { ApplicationName } from "../../hub/applications/application-lookup.ts";
import {
  type ApplicationSource,
  type FoundApplication,
  type SourceAnswer,
  UnusableApplication,
} from "../../hub/applications/application-source.ts";
import type { SqlDatabase, SqlValue } from "../../runtime/runtime.ts";
import { isSoketiRow, soketiRecord } from "../../config/from/soketi-record.ts";
import { ChangedRows } from "./changed-rows.ts";
import { type AskedTable, changedRows, firstRow, rowsWith } from "./table-statements.ts";

/** What a table is asked with. */
export interface DatabaseSourceParts
  extends Pick<Extract<ProviderConfig, { kind: "database" }>, "table" | "columns" | "defaults"> {
  readonly database: SqlDatabase;
  readonly kind: AskedTable["kind"];
  /** Where it is, for messages. */
  readonly place: string;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
}

/** The columns by which a table is asked. */
interface Layout {
  readonly id: string;
  readonly key: string;
  /** `undefined` where the table has none. */
  readonly updatedAt: string | undefined;
}

/** Milliseconds for an answer. */
const PATIENCE = 5000;
/** Milliseconds for which a table is known to have rows. */
const FILLED = 1000;
/** How many ids a question may have: few numbers, since the database prepares each statement once. */
const SIZES = [1, 10, 50, 200] as const;
/** PostgreSQL's codes for a text that is no value of the column: no row has it. */
const NO_VALUE = ["22P02", "22003"];

/** Applications in a table of a database. A table without any row counts as away: it is being filled, or another one was meant. */
export class DatabaseSource implements ApplicationSource {
  readonly place: string;
  readonly seesEmpty = true;
  readonly #parts: DatabaseSourceParts;
  readonly #table: AskedTable;
  readonly #changes: ChangedRows;
  #layout: Layout | undefined;
  #filledAt = Number.NEGATIVE_INFINITY;

  constructor(parts: DatabaseSourceParts) {
    this.#parts = parts;
    this.place = parts.place;
    this.#table = { kind: parts.kind, name: parts.table };
    this.#changes = new ChangedRows((page) => this.#changedPage(page));
  }

  async find({ by, value }: ApplicationName): Promise<FoundApplication | undefined> {
    const layout = await this.#knownLayout();
    const rows = await this.#rows(rowsWith(this.#table, layout[by], 1), [value]);
    const row = rows.find((each) => textOf(each[layout[by]]) === value);
    if (row !== undefined) return { config: this.#read(row) };
    await this.#refuseEmpty();
    return undefined;
  }

  async findAll(ids: readonly string[]): Promise<readonly SourceAnswer[]> {
    const { id } = await this.#knownLayout(), answers: SourceAnswer[] = [];
    const size = SIZES.find((each) => each >= ids.length) ?? ids.length;
    const padded = Array.from({ length: size }, (_, index) => ids[Math.min(index, ids.length - 1)]!);
    for (const row of await this.#rows(rowsWith(this.#table, id, size), padded)) {
      answers.push(this.#answer(textOf(row[id]), row));
    }
    if (answers.length === 0) await this.#refuseEmpty();
    return answers;
  }

  changed(): Promise<readonly ApplicationName[]> {
    return this.#changes.look();
  }

  close(): Promise<void> {
    return this.#parts.database.close();
  }

  #answer(id: string, row: ApplicationRecord): SourceAnswer {
    try {
      return { id, found: { config: this.#read(row) } };
    } catch (error) {
      if (error instanceof UnusableApplication) return { id, fault: error.message };
      throw error;
    }
  }

  #read(row: ApplicationRecord): ApplicationConfig {
    const { columns, defaults } = this.#parts;
    const named = Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, row[column]]));
    const record = { ...(isSoketiRow(row) ? soketiRecord(row) : row), ...named };
    try {
      return readApplicationRecord(record, defaults);
    } catch (error) {
      throw error instanceof RecordError ? new UnusableApplication(error.message) : error;
    }
  }

  async #changedPage(page: number): Promise<readonly ApplicationRecord[]> {
    const { id, key, updatedAt } = await this.#knownLayout();
    if (updatedAt === undefined) return [];
    const rows = await this.#rows(changedRows(this.#table, { id, key, updatedAt }, page), []);
    if (page === 0 && rows.length === 0) await this.#refuseEmpty();
    return rows;
  }

  /** The table's own columns, as a row has them. */
  async #knownLayout(): Promise<Layout> {
    if (this.#layout !== undefined) return this.#layout;
    const { columns, table } = this.#parts, row = await this.#anyRow();
    const missing = Object.values(columns).find((column) => !(column in row));
    if (missing !== undefined) throw new Error(`its table ${table} has no column ${missing} (apps.columns)`);
    const id = columns["app_id"] ?? ("app_id" in row ? "app_id" : "id"), key = columns["key"] ?? "key";
    for (const column of [id, key]) {
      if (!(column in row)) {
        throw new Error(`its table ${table} has no column ${column}; apps.columns names another`);
      }
    }
    const updatedAt = columns["updated_at"] ?? ("updated_at" in row ? "updated_at" : undefined);
    return this.#layout = { id, key, updatedAt };
  }

  async #refuseEmpty(): Promise<void> {
    if (this.#parts.monotonic() - this.#filledAt > FILLED) await this.#anyRow();
  }

  async #anyRow(): Promise<ApplicationRecord> {
    const { table, monotonic } = this.#parts;
    const [row] = await this.#rows(firstRow(this.#table), []);
    if (row === undefined) throw new Error(`its table ${table} is empty`);
    this.#filledAt = monotonic();
    return row;
  }

  async #rows(statement: string, values: readonly SqlValue[]): Promise<readonly ApplicationRecord[]> {
    const { database, timers } = this.#parts;
    try {
      return await within(PATIENCE, database.run(statement, values), timers);
    } catch (error) {
      if (isNoValue(error)) return [];
      // The table may be another one by now.
      this.#layout = undefined;
      throw error;
    }
  }
}

function isNoValue(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errno } = error as Error & { readonly code?: unknown; readonly errno?: unknown };
  return NO_VALUE.some((each) => each === code || each === errno);
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}
