import { resolve } from "node:path";
import { type ConfigNode, nodeAt } from "../sources/config-node.ts";
import { textOf } from "./laravel-file.ts";
import type { DatabaseConfig } from "../config.ts";

/** The kind of database behind Laravel's names of drivers and behind the schemes of URLs. */
const KINDS: Readonly<Record<string, DatabaseConfig["kind"]>> = {
  sqlite: "sqlite",
  sqlite3: "sqlite",
  mysql: "mysql",
  mysql2: "mysql",
  mariadb: "mysql",
  pgsql: "postgres",
  postgres: "postgres",
  postgresql: "postgres",
};

/**
 * Reads a connection of `config/database.php`; the parts of its `url` win, as in Laravel. Returns the reason, without secrets, when
 * the database cannot be reached from here. `folder` is the application's, absolute.
 */
export function readDatabaseConfig(
  connection: ConfigNode | undefined,
  folder: string,
): DatabaseConfig | string {
  const url = textOf(nodeAt(connection, "url"));
  const parts = url === undefined ? {} : partsOfUrl(url);
  if (parts === undefined) return "the url of its connection cannot be read";
  const text = (name: string): string | undefined => parts[name] ?? textOf(nodeAt(connection, name));

  const driver = text("driver") ?? "none";
  const kind = KINDS[driver];
  if (kind === undefined) return `its connection uses the driver "${driver}"`;
  const database = text("database") ?? "";
  switch (kind) {
    case "sqlite":
      return database === "" || database.startsWith(":memory:") || database.includes("mode=memory")
        ? "its database lives in the memory of a PHP process"
        : { kind, path: resolve(folder, database) };
    case "mysql":
    case "postgres":
      return {
        kind,
        // Of separate servers for reading and writing, the one that is written to has the newest value.
        host: hostOf(nodeAt(connection, "write.host")) ?? parts["host"] ??
          hostOf(nodeAt(connection, "host")) ??
          "127.0.0.1",
        port: Number(text("port") ?? (kind === "mysql" ? 3306 : 5432)),
        database,
        username: text("username") ?? "",
        password: text("password") ?? "",
        socket: kind === "mysql" ? text("unix_socket") : undefined,
        searchPath: kind === "postgres" ? text("search_path") ?? text("schema") : undefined,
        sslMode: kind === "postgres" ? text("sslmode") : undefined,
      };
  }
}

/**
 * The database behind a URL, as in a connection's `url`, but that `sqlite:///path` is the file `/path`; the reason, without secrets,
 * where it cannot be reached from here.
 */
export function databaseOfUrl(url: string, folder: string): DatabaseConfig | string {
  const [, file] = /^sqlite3?:\/\/([^?#]+)$/.exec(url) ?? [];
  if (file !== undefined) return { kind: "sqlite", path: resolve(folder, file) };
  const leaf = { kind: "leaf", value: url, place: "", keyPlace: "", env: [] } as const;
  return readDatabaseConfig(
    { kind: "table", entries: new Map([["url", leaf]]), list: false, place: "", keyPlace: "" },
    folder,
  );
}

/** Where a database is, for messages: the file, or the kind of server and its address. */
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

/** The host; of several, among which Laravel chooses at random, the first. */
function hostOf(node: ConfigNode | undefined): string | undefined {
  return textOf(node?.kind === "table" ? [...node.entries.values()][0] : node);
}

/** The parts of a URL, by the names of the settings; `undefined` when the text is no URL. */
function partsOfUrl(url: string): Readonly<Record<string, string>> | undefined {
  // A URL of SQLite has no host, but URL.parse asks for one.
  const parsed = URL.parse(url.replace(/^(sqlite3?):\/\/\//, "$1://null/"));
  if (parsed === null) return undefined;
  try {
    const written = {
      driver: parsed.protocol.slice(0, -1),
      host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: parsed.port,
      database: decodeURIComponent(parsed.pathname.slice(1)),
      username: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
      ...Object.fromEntries(parsed.searchParams),
    };
    return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== ""));
  } catch {
    // A stray "%".
    return undefined;
  }
}
