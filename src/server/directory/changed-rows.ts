import type { ApplicationRecord } from "../../config/applications/application-record.ts";
import type { ApplicationName } from "../../hub/applications/application-lookup.ts";
import { CHANGES_A_PAGE } from "./table-statements.ts";

/** Pages that are read at once, where very many rows have changed. */
const MOST_PAGES = 100;
/** Looks for which a changed row counts as changed: a time in whole seconds does not show the second change within one. */
const LOOKS = 3;

/** Finds the rows of a table that have changed, by the column with the time of the last change. */
export class ChangedRows {
  /** The rows that were changed last, the newest first: `app_id`, `app_key`, `changed`. */
  readonly #page: (page: number) => Promise<readonly ApplicationRecord[]>;
  /** The time of the last change of the rows of the first page, by id; `undefined` before the first look. */
  #seen: ReadonlyMap<string, string> | undefined;
  /** What the last looks have found. */
  #recent: (readonly ApplicationName[])[] = [];

  constructor(page: (page: number) => Promise<readonly ApplicationRecord[]>) {
    this.#page = page;
  }

  /**
   * The names of rows that have changed since the last look, or lately. At the first look those of a page: one of them may have been
   * looked up before, and have changed since. Rejects when the database does not answer.
   */
  async look(): Promise<readonly ApplicationName[]> {
    const before = this.#seen, found: ApplicationName[] = [];
    for (let page = 0; page < MOST_PAGES; page++) {
      const rows = await this.#page(page), seen = new Map<string, string>();
      let fresh = 0;
      for (const row of rows) {
        const id = String(row["app_id"]), time = timeOf(row["changed"]);
        seen.set(id, time);
        if (before?.get(id) === time) continue;
        fresh++;
        found.push({ by: "id", value: id }, { by: "key", value: String(row["app_key"]) });
      }
      if (page === 0) this.#seen = seen;
      if (before === undefined || fresh < rows.length || rows.length < CHANGES_A_PAGE) break;
    }
    this.#recent = [found, ...this.#recent.slice(0, LOOKS - 1)];
    return this.#recent.flat();
  }
}

function timeOf(value: unknown): string {
  return value instanceof Date ? String(value.getTime()) : String(value);
}
