import type { Entry } from "../wire.ts";
import { byId, notice } from "./element.ts";
import { entryRow } from "./entry-row.ts";
import { type EntryStore, KEPT } from "./entry-store.ts";
import { formatNumber } from "./format.ts";

interface Shown {
  readonly entry: Entry;
  readonly row: HTMLElement;
}

/** The events: the newest first, filtered by kind and text. They can be paused for reading. */
export class ConsoleView {
  readonly #list = byId("entries");
  readonly #empty = byId("entries-empty");
  readonly #note = byId("console-note");
  readonly #filter = byId<HTMLInputElement>("filter");
  readonly #pause = byId<HTMLButtonElement>("pause");
  readonly #kinds = [...document.querySelectorAll<HTMLInputElement>(".kinds input")];
  /** The newest last. */
  #shown: Shown[] = [];
  /** Entries that came while the list was paused. */
  #held: Entry[] = [];
  #paused = false;
  #dropped = 0;

  readonly #open: (channel: string) => void;

  /** A click on a channel's name calls `open`. */
  constructor(store: EntryStore, open: (channel: string) => void) {
    this.#open = open;
    this.#filter.addEventListener("input", () => this.#applyFilter());
    for (const kind of this.#kinds) kind.addEventListener("change", () => this.#applyFilter());
    this.#pause.addEventListener("click", () => this.#setPaused(!this.#paused));
    byId("clear").addEventListener("click", () => this.#clear());
    store.listen((fresh) => this.#add(fresh));
    this.#describe();
  }

  /** So many entries came faster than this page reads. */
  drop(count: number): void {
    this.#dropped += count;
    this.#describe();
  }

  #add(entries: readonly Entry[]): void {
    if (this.#paused) {
      this.#held.push(...entries);
      const over = this.#held.length - KEPT;
      if (over > 0) this.#dropped += this.#held.splice(0, over).length;
    } else {
      this.#append(entries);
    }
    this.#describe();
  }

  #append(entries: readonly Entry[]): void {
    // New rows on top must not move the row that is being read.
    const { scrollTop, scrollHeight } = this.#list;
    for (const entry of entries) {
      const shown = { entry, row: entryRow(entry, this.#open) };
      this.#show(shown);
      // Entries of another node, and what it has kept, may be older than what is shown already.
      const before = this.#shown.findLastIndex(({ entry: { at } }) => at <= entry.at);
      const newer = this.#shown[before + 1];
      if (newer === undefined) this.#list.prepend(shown.row);
      else newer.row.after(shown.row);
      this.#shown.splice(before + 1, 0, shown);
    }
    if (scrollTop > 0) this.#list.scrollTop = scrollTop + this.#list.scrollHeight - scrollHeight;
    for (const { row } of this.#shown.splice(0, Math.max(0, this.#shown.length - KEPT))) row.remove();
  }

  #show({ entry, row }: Shown): boolean {
    const text = this.#filter.value.trim().toLowerCase();
    const kind = this.#kinds.find(({ value }) => value === entry.kind);
    const texts = [entry.channel, entry.event, entry.connection, entry.detail, entry.node];
    row.hidden = kind?.checked === false ||
      (text !== "" && !texts.some((each) => each?.toLowerCase().includes(text)));
    return !row.hidden;
  }

  #applyFilter(): void {
    for (const shown of this.#shown) this.#show(shown);
    this.#describe();
  }

  #setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#pause.setAttribute("aria-pressed", String(paused));
    this.#pause.textContent = paused ? "Resume" : "Pause";
    if (!paused) this.#append(this.#held.splice(0));
    this.#describe();
  }

  #clear(): void {
    this.#shown = [];
    this.#held = [];
    this.#dropped = 0;
    this.#list.replaceChildren();
    this.#describe();
  }

  #describe(): void {
    const visible = this.#shown.some(({ row }) => !row.hidden);
    this.#list.hidden = !visible;
    this.#empty.hidden = visible;
    this.#empty.textContent = this.#shown.length > 0
      ? "No event matches the filter. Choose more kinds above, or clear the text."
      : this.#paused
      ? "The list is paused. Choose “Resume” to see what has happened meanwhile."
      : "Nothing has happened yet. Subscribe to a channel in your application, or send an event from here.";
    const parts: string[] = [];
    if (this.#paused) parts.push(`Paused: ${formatNumber(this.#held.length)} waiting.`);
    if (this.#dropped > 0) {
      parts.push(
        `${
          formatNumber(this.#dropped)
        } older events are not shown, because they came faster than this page can show them.`,
      );
    }
    notice(this.#note, parts.length === 0 ? undefined : parts.join(" "));
  }
}
