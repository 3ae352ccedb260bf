import type { DatabaseConfig } from "../../config/config.ts";
import { connectSql } from "./sql-connection.ts";
import { SqliteLock } from "./sqlite-lock.ts";
import type { SqlDatabase, SqlValue } from "../runtime.ts";

/** Statements to a database through `Bun.SQL`. */
export class BunSqlDatabase implements SqlDatabase {
  readonly #config: DatabaseConfig;
  readonly #access: "read" | "write";
  readonly #lock: SqliteLock;
  #sql: Bun.SQL | undefined;

  constructor(config: DatabaseConfig, access: "read" | "write" = "write") {
    this.#config = config;
    this.#access = access;
    this.#lock = new SqliteLock(config);
  }

  run(
    statement: string,
    values: readonly SqlValue[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#lock.pass(() => this.#run(statement, values));
  }

  async close(): Promise<void> {
    this.#lock.giveUp();
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.close({ timeout: 0 });
  }

  async #run(statement: string, values: readonly SqlValue[]): Promise<readonly Record<string, unknown>[]> {
    const sql = this.#sql ??= connectSql(this.#config, this.#access);
    try {
      const rows: unknown = await sql.unsafe(statement, [...values]);
      return Array.isArray(rows) ? rows.filter(isRow) : [];
    } catch (error) {
      await this.#disconnect();
      throw error;
    } finally {
      // A file may be replaced by another one of its name: opening it costs little, so it is opened each time.
      if (this.#config.kind === "sqlite") await this.#disconnect();
    }
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null;
}
