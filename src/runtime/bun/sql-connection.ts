import type { DatabaseConfig } from "../../config/config.ts";

/** Seconds for a connection; and how long one that is not used stays open. */
const CONNECT_SECONDS = 5, IDLE_SECONDS = 30;

/** Prepares one connection or several to a database of Laravel's; they are made when they are needed. */
export function connectSql(config: DatabaseConfig, access: "read" | "write", connections = 1): Bun.SQL {
  if (config.kind === "sqlite") {
    const options = access === "read" ? { readonly: true } : { readwrite: true, create: false };
    return new Bun.SQL({ adapter: "sqlite", filename: config.path, ...options });
  }
  const { kind, host, port, database, username, password, socket, searchPath, sslMode } = config;
  return new Bun.SQL({
    adapter: kind,
    // Only a URL can ask for "prefer", Laravel's usual: encrypted where the server can, which some demand.
    ...(sslMode === undefined ? {} : { url: `postgres://localhost/?sslmode=${encodeURIComponent(sslMode)}` }),
    // Unset parts would be filled from variables of the environment that are not Laravel's.
    ...(socket === undefined ? { hostname: host, port } : { path: socket }),
    database,
    username,
    password,
    max: connections,
    idleTimeout: IDLE_SECONDS,
    connectionTimeout: CONNECT_SECONDS,
    ...(searchPath === undefined ? {} : { connection: { search_path: searchPath } }),
  });
}
