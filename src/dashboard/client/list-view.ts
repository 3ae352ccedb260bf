import type { Page } from "../answers.ts";
import { byId, notice } from "./element.ts";
import { formatNumber } from "./format.ts";
import { ask, goToSignIn, SignedOut } from "./server.ts";

/** The largest offset that the server answers. */
const LAST_OFFSET = 1000;
const PAGE_SIZE = 50;
/** Milliseconds between two requests while the list is open. */
const REFRESH = 3000;

/** How a list shows its rows. */
export interface ListContent<Row> {
  /** Identifies a row. */
  readonly key: (row: Row) => string;
  readonly row: (row: Row) => HTMLTableRowElement;
  /** The text in place of a list without rows. */
  readonly nothing: string;
}

/** A searchable list, a page at a time, that keeps itself up to date while it is open. */
export class ListView<Row> {
  readonly #name: string;
  readonly #content: ListContent<Row>;
  readonly #search: HTMLInputElement;
  readonly #body: HTMLTableSectionElement;
  #offset = 0;
  #timer = 0;
  #isOpen = false;
  #asked = 0;
  /** The rows that are shown, by key, so that unchanged ones keep their elements. */
  #rows = new Map<string, { readonly text: string; readonly element: HTMLTableRowElement }>();

  constructor(name: "channels" | "connections", content: ListContent<Row>) {
    this.#name = name;
    this.#content = content;
    this.#search = byId<HTMLInputElement>(`${name}-search`);
    this.#body = byId<HTMLTableElement>(`${name}-table`).tBodies[0]!;
    this.#search.addEventListener("input", () => {
      this.#offset = 0;
      this.#later(200);
    });
    for (const button of byId(`${name}-pager`).querySelectorAll("button")) {
      button.addEventListener("click", () => {
        this.#offset = Math.max(0, this.#offset + Number(button.dataset["turn"]) * PAGE_SIZE);
        void this.refresh();
      });
    }
  }

  open(): void {
    this.#isOpen = true;
    void this.refresh();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    clearTimeout(this.#timer);
    const note = byId(`${this.#name}-note`);
    try {
      const query = { search: this.#search.value.trim(), offset: String(this.#offset) };
      const page = await ask<Page<Row>>(this.#name, query);
      // A newer request has been sent meanwhile.
      if (asked !== this.#asked) return;
      notice(note, undefined);
      this.#show(page);
    } catch (error) {
      if (error instanceof SignedOut) return goToSignIn();
      notice(note, `${(error as Error).message} The list below may be out of date.`, "error");
    }
    if (this.#isOpen) this.#later(REFRESH);
  }

  #later(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => document.hidden ? this.#later(milliseconds) : void this.refresh(),
      milliseconds,
    );
  }

  #show({ rows, matching, total, offset, where }: Page<Row>): void {
    byId(`${this.#name}-node`).textContent = where;
    this.#replaceRows(rows);
    const searching = this.#search.value.trim() !== "";
    byId(`${this.#name}-count`).textContent = searching
      ? `${formatNumber(matching)} of ${formatNumber(total)}`
      : formatNumber(total);
    const empty = byId(`${this.#name}-empty`);
    empty.hidden = rows.length > 0;
    this.#body.parentElement!.hidden = rows.length === 0;
    empty.textContent = total === 0
      ? this.#content.nothing
      : "Nothing matches. Search for something shorter.";
    this.#showPager(matching, offset, rows.length);
  }

  /** Rows that have not changed keep their elements, so that selection and focus stay. */
  #replaceRows(rows: readonly Row[]): void {
    const next = new Map(rows.map((row) => {
      const key = this.#content.key(row), text = JSON.stringify(row), known = this.#rows.get(key);
      return [key, known?.text === text ? known : { text, element: this.#content.row(row) }];
    }));
    const focused = document.activeElement?.closest("tr");
    const focusedKey = [...this.#rows].find(([, { element }]) => element === focused)?.[0];
    const button = focused?.contains(document.activeElement) ? document.activeElement?.className : undefined;
    this.#body.replaceChildren(...[...next.values()].map(({ element }) => element));
    this.#rows = next;
    if (focusedKey === undefined || button === undefined) return;
    const again = next.get(focusedKey)?.element.getElementsByClassName(button)[0];
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  #showPager(matching: number, offset: number, count: number): void {
    const pager = byId(`${this.#name}-pager`);
    pager.hidden = matching <= PAGE_SIZE && offset === 0;
    const last = Math.min(matching, LAST_OFFSET + PAGE_SIZE);
    const [previous, next] = pager.querySelectorAll("button");
    previous!.disabled = offset === 0;
    next!.disabled = offset + PAGE_SIZE >= last;
    const range = `${formatNumber(offset + 1)}–${formatNumber(offset + count)} of ${formatNumber(matching)}`;
    pager.querySelector("span")!.textContent = count === 0
      ? "Nothing on this page"
      : matching > last
      ? `${range}; search to see others than the first ${formatNumber(last)}`
      : range;
  }
}
