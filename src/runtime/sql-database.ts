/** A value in a statement. */
export type SqlValue = string | number | Uint8Array;

/** A database that statements are sent to. It connects with the first one, and again after one that failed. */
export interface SqlDatabase {
  /**
   * Runs a statement, with `?` (PostgreSQL: `$1`) for its values, and gives the rows of its answer. Rejects when the database cannot
   * be reached or refuses.
   */
  run(
    statement: string,
    values: readonly SqlValue[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}
