import type { Entry } from "../wire.ts";

/** Entries that are kept on the page, and refusals besides. */
export const KEPT = 500;
const KEPT_REFUSALS = 200;
/** Ids that are remembered: more than all nodes send again after a lost connection. */
const REMEMBERED = 10_000;

/** Hears of new entries, oldest first. */
export type EntryListener = (fresh: readonly Entry[]) => void;

/** What has happened, as far as the page knows: each entry once, though it may come again after a lost connection, or from two nodes. */
export class EntryStore {
  readonly #seen = new Set<string>();
  readonly #listeners = new Set<EntryListener>();
  /** Oldest first. */
  #entries: Entry[] = [];
  #refusals: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get refusals(): readonly Entry[] {
    return this.#refusals;
  }

  /** Calls back with new entries until the function that is returned is called. */
  listen(listener: EntryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(entries: readonly Entry[]): void {
    const fresh = entries.filter(({ id }) => !this.#seen.has(id)).toSorted(byTime);
    if (fresh.length === 0) return;
    for (const { id } of fresh) this.#seen.add(id);
    for (const id of this.#seen) {
      if (this.#seen.size <= REMEMBERED) break;
      this.#seen.delete(id);
    }
    this.#entries = [...this.#entries, ...fresh].sort(byTime).slice(-KEPT);
    const refusals = fresh.filter(({ kind }) => kind === "refused");
    this.#refusals = [...this.#refusals, ...refusals].sort(byTime).slice(-KEPT_REFUSALS);
    for (const listener of this.#listeners) listener(fresh);
  }
}

function byTime(one: Entry, other: Entry): number {
  return one.at - other.at;
}
