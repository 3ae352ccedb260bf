import { setTimeout as pause } from "node:timers/promises";
import type { DatabaseConfig } from "../../config/config.ts";
import { connectSql } from "./sql-connection.ts";
import type { SqlDatabase, SqlValue } from "../runtime.ts";

/** How often, and how many milliseconds apart, an SQLite file is asked that another process is writing to. */
const TRIES = 40, PAUSE = 50;

/** Statements to a database through `Bun.SQL`. */
export class BunSqlDatabase implements SqlDatabase {
  readonly #config: DatabaseConfig;
  #sql: Bun.SQL | undefined;

  constructor(config: DatabaseConfig) {
    this.#config = config;
  }

  async run(
    statement: string,
    values: readonly SqlValue[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    // SQLite waits for a lock by standing still, and the whole process with it: so we wait, and ask again.
    for (let tries = 1;; tries++) {
      try {
        return await this.#run(statement, values);
      } catch (error) {
        if (this.#config.kind !== "sqlite" || tries >= TRIES || !isLocked(error)) throw error;
        await pause(PAUSE);
      }
    }
  }

  async close(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.close({ timeout: 0 });
  }

  async #run(statement: string, values: readonly SqlValue[]): Promise<readonly Record<string, unknown>[]> {
    const sql = this.#sql ??= connectSql(this.#config, "write");
    try {
      const rows: unknown = await sql.unsafe(statement, [...values]);
      return Array.isArray(rows) ? rows.filter(isRow) : [];
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      // A file may be replaced by another one of its name: opening it costs little, so it is opened each time.
      if (this.#config.kind === "sqlite") await this.close();
    }
  }
}

function isRow(row: unknown): row is Record<string, unknown> {
  return typeof row === "object" && row !== null;
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && /database( table)? is locked/.test(error.message);
}
