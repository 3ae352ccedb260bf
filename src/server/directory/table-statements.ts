import type { DatabaseConfig } from "../../config/config.ts";

/** A table of applications, with the columns by which it is asked. */
export interface AskedTable {
  readonly kind: DatabaseConfig["kind"];
  readonly name: string;
}

/** Rows of one question for changes. */
export const CHANGES_A_PAGE = 100;

/** Any one row: its names are the columns. */
export function firstRow({ kind, name }: AskedTable): string {
  return `select * from ${quoted(name, kind)} limit 1`;
}

/** The rows in which a column has one of several values. More than one row may fit a value where the database ignores case. */
export function rowsWith({ kind, name }: AskedTable, column: string, count: number): string {
  const places = Array.from({ length: count }, (_, index) => kind === "postgres" ? `$${index + 1}` : "?");
  const fits = count === 1 ? `= ${places[0]}` : `in (${places.join(", ")})`;
  return `select * from ${quoted(name, kind)} where ${quoted(column, kind)} ${fits}${
    count === 1 ? " limit 10" : ""
  }`;
}

/** The rows that were changed last, the newest first, a page of them. */
export function changedRows(
  { kind, name }: AskedTable,
  { id, key, updatedAt }: { readonly id: string; readonly key: string; readonly updatedAt: string },
  page: number,
): string {
  const [idName, keyName, updated] = [id, key, updatedAt].map((column) => quoted(column, kind));
  return `select ${idName} as app_id, ${keyName} as app_key, ${updated} as changed from ${
    quoted(name, kind)
  } ` +
    `where ${updated} is not null order by ${updated} desc, ${idName} desc ` +
    `limit ${CHANGES_A_PAGE} offset ${page * CHANGES_A_PAGE}`;
}

/** A name as the database wants it; `schema.table` is two names. */
function quoted(name: string, kind: DatabaseConfig["kind"]): string {
  const quote = kind === "mysql" ? "`" : '"';
  return name.split(".").map((part) => quote + part.replaceAll(quote, quote + quote) + quote).join(".");
}
