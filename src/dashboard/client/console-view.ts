import type { Entry, EntryBatch } from "../wire.ts";
import { byId, element, foreign, notice, visible } from "./element.ts";
import { formatNumber, formatPayload, formatTime } from "./format.ts";

/** Entries that are kept on the page. */
const KEPT = 500;

interface Shown {
  readonly entry: Entry;
  readonly row: HTMLElement;
}

/** The live events: the newest first, filtered by kind and text. They can be paused for reading. */
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

  constructor() {
    this.#filter.addEventListener("input", () => this.#applyFilter());
    for (const kind of this.#kinds) kind.addEventListener("change", () => this.#applyFilter());
    this.#pause.addEventListener("click", () => this.#setPaused(!this.#paused));
    byId("clear").addEventListener("click", () => this.#clear());
    this.#describe();
  }

  add({ entries, dropped }: EntryBatch): void {
    this.#dropped += dropped;
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
    const rows = entries.map((entry): Shown => ({ entry, row: entryRow(entry) }));
    for (const shown of rows) this.#show(shown);
    // New rows on top must not move the row that is being read.
    const { scrollTop, scrollHeight } = this.#list;
    this.#list.prepend(...rows.map(({ row }) => row).reverse());
    if (scrollTop > 0) this.#list.scrollTop = scrollTop + this.#list.scrollHeight - scrollHeight;
    this.#shown.push(...rows);
    for (const { row } of this.#shown.splice(0, Math.max(0, this.#shown.length - KEPT))) row.remove();
  }

  #show({ entry, row }: Shown): boolean {
    const text = this.#filter.value.trim().toLowerCase();
    const kind = this.#kinds.find(({ value }) => value === entry.kind);
    const texts = [entry.channel, entry.event, entry.connection, entry.detail];
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
      : "Nothing has happened since you opened this page. Subscribe to a channel in your application, or send an event from here.";
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

function entryRow(entry: Entry): HTMLElement {
  const { kind, at, connection, channel, event, detail, payload, payloadLength } = entry;
  const head = [
    element("time", { attributes: { datetime: new Date(at).toISOString() } }, formatTime(at)),
    element("span", { class: "kind", attributes: { "data-kind": kind } }, kindLabel(kind)),
    element(
      "span",
      { class: "what" },
      event === undefined ? undefined : foreign(event, "event"),
      event === undefined || channel === undefined ? undefined : " on ",
      channel === undefined ? undefined : foreign(channel, "channel"),
      detail === undefined ? undefined : foreign(detail, "detail"),
    ),
    element("span", { class: "who" }, connection ?? ""),
  ];
  const item = element("li", { class: "entry" });
  if (payload === undefined) {
    item.append(element("div", { class: "entry-head" }, ...head));
    return item;
  }
  const summary = element(
    "summary",
    { class: "entry-head" },
    ...head,
    element("span", { class: "preview" }, visible(payload.slice(0, 200))),
  );
  const details = element("details", {}, summary);
  // Built when it is opened, since most payloads never are.
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(
      element(
        "pre",
        { class: "payload", attributes: { dir: "auto", tabindex: "0" } },
        visible(formatPayload(payload)),
      ),
    );
    if (payloadLength !== undefined) {
      const text = `Cut: the data has ${formatNumber(payloadLength)} characters.`;
      details.append(element("p", { class: "hint" }, text));
    }
  });
  item.append(details);
  return item;
}

function kindLabel(kind: Entry["kind"]): string {
  return kind.replace("-", " ").replace("api", "API");
}
