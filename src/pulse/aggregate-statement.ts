import { createHash } from "node:crypto";
import type { DatabaseConfig } from "../config/config.ts";
import type { SqlValue } from "../runtime/runtime.ts";
import type { AggregateRow } from "./aggregate-rows.ts";

/**
 * How the column `key_hash` gets its value: the database generates it, or the statement brings it, as hexadecimal digits or as the
 * 16 bytes. It depends on the database and on which of Pulse's migrations have run.
 */
export type KeyHash = "generated" | "text" | "bytes";

/** A statement with its values in order. */
export interface SqlStatement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** Adds to the rows that exist and inserts the others, in one statement: either all of it happens or nothing. */
export function aggregateStatement(
  kind: DatabaseConfig["kind"],
  table: string,
  keyHash: KeyHash,
  rows: readonly AggregateRow[],
): SqlStatement {
  const name = (text: string): string => quoted(text, kind);
  const columns = ["bucket", "period", "type", "key", "aggregate", "value"];
  if (keyHash !== "generated") columns.push("key_hash");
  const values: SqlValue[] = [];
  const groups = rows.map(({ bucket, period, type, key, value }) => {
    const group: SqlValue[] = [bucket, period, type, key, "count", value];
    if (keyHash !== "generated") group.push(hashOf(key, keyHash));
    values.push(...group);
    const first = values.length - group.length + 1;
    return `(${group.map((_, index) => kind === "postgres" ? `$${first + index}` : "?").join(", ")})`;
  });
  const insert = `insert into ${name(table)} (${columns.map(name).join(", ")}) values ${groups.join(", ")}`;
  const unique = ["bucket", "period", "type", "aggregate", "key_hash"].map(name).join(", ");
  const value = name("value");
  const merge = kind === "mysql"
    ? `on duplicate key update ${value} = ${value} + values(${value})`
    : `on conflict (${unique}) do update set ${value} = ${name(table)}.${value} + excluded.${value}`;
  return { text: `${insert} ${merge}`, values };
}

/** A query whose one row describes the column `key_hash`; no row means that there is no such table. */
export function keyHashQuery(kind: DatabaseConfig["kind"], table: string): SqlStatement {
  switch (kind) {
    case "sqlite":
      return {
        text: "select hidden as generated, 32 as size from pragma_table_xinfo(?) where name = 'key_hash'",
        values: [table],
      };
    case "mysql":
      return {
        text: "select extra like '%GENERATED%' as generated, character_maximum_length as size " +
          "from information_schema.columns " +
          "where table_schema = database() and table_name = ? and column_name = 'key_hash'",
        values: [table],
      };
    case "postgres":
      return {
        text: "select (attgenerated <> '')::int as generated, 32 as size from pg_attribute " +
          "where attrelid = to_regclass($1) and attname = 'key_hash'",
        values: [quoted(table, kind)],
      };
  }
}

/** Reads the row of {@link keyHashQuery}; `undefined` when there is no such table. */
export function keyHashOf(answer: Readonly<Record<string, unknown>> | undefined): KeyHash | undefined {
  if (answer === undefined) return undefined;
  if (Number(answer["generated"]) > 0) return "generated";
  // The digits take 32 characters; a shorter column holds the 16 bytes.
  return Number(answer["size"]) < 32 ? "bytes" : "text";
}

function hashOf(key: string, form: "text" | "bytes"): SqlValue {
  const hash = createHash("md5").update(key);
  return form === "bytes" ? hash.digest() : hash.digest("hex");
}

/** A name quoted for the database; `schema.table` is two names. */
function quoted(name: string, kind: DatabaseConfig["kind"]): string {
  const quote = kind === "mysql" ? "`" : '"';
  return name.split(".").map((part) => quote + part.replaceAll(quote, quote + quote) + quote).join(".");
}
