import { Database } from "bun:sqlite";
import { join } from "node:path";
import { startMariadb, startPostgres } from "./database-server.ts";
import { temporaryDirectory } from "./start-server.ts";

/** A database with a table of applications, as a test changes it. */
export interface TenantDatabase extends AsyncDisposable {
  /** The variables that lead the server to it. */
  readonly env: Readonly<Record<string, string>>;
  run(statement: string): Promise<unknown>;
}

/** SQLite in a file of its own. */
export function sqliteTenants(): Promise<TenantDatabase> {
  const file = join(temporaryDirectory(), "tenants.sqlite"), database = new Database(file);
  // Without it each write would keep readers out for a moment.
  database.run("pragma journal_mode = wal");
  database.run("pragma busy_timeout = 20000");
  return Promise.resolve({
    env: { REVERB_APPS_PROVIDER: "database", REVERB_APPS_DATABASE_URL: `sqlite://${file}` },
    run: (statement) => Promise.resolve(database.run(statement)),
    [Symbol.asyncDispose]() {
      database.close();
      return Promise.resolve();
    },
  });
}

/** A server of a database, by Laravel's variables. */
export async function serverTenants(kind: "mariadb" | "postgres"): Promise<TenantDatabase> {
  const server = await (kind === "mariadb" ? startMariadb() : startPostgres());
  const variables = server.env.split("\n").map((line) => line.split("=") as [string, string]);
  return {
    env: { REVERB_APPS_PROVIDER: "database", ...Object.fromEntries(variables) },
    run: (statement) => server.sql.unsafe(statement),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
