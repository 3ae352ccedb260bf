import type { DatabaseConfig } from "../../config/config.ts";
import { connectSql } from "./sql-connection.ts";
import { SqliteLock } from "./sqlite-lock.ts";
import type { SqlDatabase, SqlValue } from "../runtime.ts";

/** Statements to a database through `Bun.SQL`. */
export class BunSqlDatabase implements SqlDatabase {
  readonly #config: DatabaseConfig;
  readonly #access: "read" | "write";
  readonly #lock: SqliteLock;
  readonly #connections: number;
  #sql: Bun.SQL | undefined;

  constructor(config: DatabaseConfig, access: "read" | "write" = "write", connections = 1) {
    this.#config = config;
    this.#access = access;
    this.#connections = connections;
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
    // A file may be replaced by another one of its name: opening it costs little, so it is opened each time.
    if (this.#config.kind === "sqlite") return await this.#runOnce(statement, values);
    const sql = this.#sql ??= connectSql(this.#config, this.#access, this.#connections);
    try {
      return rowsOf(await sql.unsafe(statement, [...values]));
    } catch (error) {
      if (this.#sql === sql && !isAboutValue(error)) await this.#disconnect();
      throw error;
    }
  }

  async #runOnce(
    statement: string,
    values: readonly SqlValue[],
  ): Promise<readonly Record<string, unknown>[]> {
    const sql = connectSql(this.#config, this.#access);
    try {
      return rowsOf(await sql.unsafe(statement, [...values]));
    } finally {
      await sql.close({ timeout: 0 });
    }
  }
}

function rowsOf(rows: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null;
}

/** Whether PostgreSQL has answered that a text is no value of its column: the connection is as good as before. */
function isAboutValue(error: unknown): boolean {
  const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
  return [code, errno].some((each) => each === "22P02" || each === "22003");
}
