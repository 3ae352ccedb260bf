/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";

/** The heading of a column; the column of buttons has an empty one. */
export type Column = string | { readonly number: string };

/** What a table shows before the script has filled it. */
export interface RowsTableProps {
  readonly id: string;
  readonly label: string;
  readonly columns: readonly Column[];
  /** Whether the table has a row of sums. */
  readonly hasSums?: boolean;
}

/** A table whose rows the page's script fills in. A table that is too wide scrolls within its own region. */
export function RowsTable({ id, label, columns, hasSums = false }: RowsTableProps): JSX.Element {
  return (
    <div class="table-scroll" tabindex={0} role="region" aria-label={label}>
      <table class="rows" id={id}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col" class={typeof column === "string" ? "" : "number"}>
                {column === "" ? <span class="hidden-label">Actions</span> : nameOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody></tbody>
        {hasSums && <tfoot></tfoot>}
      </table>
    </div>
  );
}

function nameOf(column: Column): string {
  return typeof column === "string" ? column : column.number;
}
