/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import { type Column, RowsTable } from "./rows-table.tsx";

/** What a view with a list shows before its script has started. */
export interface ListProps {
  readonly id: "channels" | "connections";
  readonly title: string;
  /** The label of the search field. */
  readonly search: string;
  readonly columns: readonly Column[];
}

/** A view with a searchable list, a page at a time. */
export function ListView({ id, title, search, columns }: ListProps): JSX.Element {
  return (
    <section id={`view-${id}`} class="view" aria-labelledby={`${id}-title`} hidden>
      <div class="card">
        <div class="card-head">
          <h1 id={`${id}-title`}>
            {title} <span class="muted" id={`${id}-node`}></span>
          </h1>
          <p class="muted count" id={`${id}-count`} role="status"></p>
        </div>
        <label class="hidden-label" for={`${id}-search`}>{search}</label>
        <input id={`${id}-search`} type="search" placeholder={search} autocomplete="off" spellcheck={false} />
        <p class="notice" id={`${id}-note`} role="status" hidden></p>
        <RowsTable id={`${id}-table`} label={title} columns={columns} />
        <p class="empty" id={`${id}-empty`} hidden></p>
        <div class="pager" id={`${id}-pager`} hidden>
          <button type="button" data-turn="-1">Previous</button>
          <span class="muted" aria-live="polite"></span>
          <button type="button" data-turn="1">Next</button>
        </div>
      </div>
    </section>
  );
}
