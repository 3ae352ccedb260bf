import type { DatabaseConfig } from "../../config/config.ts";
import { connectSql } from "./sql-connection.ts";
import { SqliteLock } from "./sqlite-lock.ts";
import type { CacheDatabase } from "../runtime.ts";

/** Reads Laravel's cache table through `Bun.SQL`. */
export class BunCacheDatabase implements CacheDatabase {
  readonly #config: DatabaseConfig;
  readonly #lock: SqliteLock;
  #sql: Bun.SQL | undefined;

  constructor(config: DatabaseConfig) {
    this.#config = config;
    this.#lock = new SqliteLock(config);
  }

  value(table: string, key: string): Promise<string | undefined> {
    return this.#lock.pass(() => this.#value(table, key));
  }

  async close(): Promise<void> {
    this.#lock.giveUp();
    await this.#disconnect();
  }

  async #value(table: string, key: string): Promise<string | undefined> {
    const { kind } = this.#config;
    const sql = this.#sql ??= connectSql(this.#config, "read");
    const parameter = kind === "postgres" ? "$1" : "?";
    const query = `select ${quoted("value", kind)} as value from ${quoted(table, kind)} ` +
      `where ${quoted("key", kind)} = ${parameter}`;
    try {
      const rows: unknown = await sql.unsafe(query, [key]);
      const [row] = Array.isArray(rows) ? rows as unknown[] : [];
      if (typeof row !== "object" || row === null || !("value" in row)) return undefined;
      return row.value instanceof Uint8Array ? Buffer.from(row.value).toString() : String(row.value);
    } catch (error) {
      await this.#disconnect();
      throw error;
    } finally {
      // A file may be replaced by another one of its name: opening it costs little, so it is opened each time.
      if (kind === "sqlite") await this.#disconnect();
    }
  }

  async #disconnect(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.close({ timeout: 0 });
  }
}

/** A name as the database wants it; `schema.table` is two names. */
function quoted(name: string, kind: DatabaseConfig["kind"]): string {
  const quote = kind === "mysql" ? "`" : '"';
  return name.split(".").map((part) => quote + part.replaceAll(quote, quote + quote) + quote).join(".");
}
