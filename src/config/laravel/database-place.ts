import type { DatabaseConfig } from "../config.ts";

/** Where a database is, for people: the file, or the kind of server and its address. */
export function databasePlace(database: DatabaseConfig): string {
  switch (database.kind) {
    case "sqlite":
      return database.path;
    case "mysql":
    case "postgres": {
      const server = database.kind === "mysql" ? "MySQL" : "PostgreSQL";
      return `${server} at ${database.socket ?? `${database.host}:${database.port}`}`;
    }
  }
}
