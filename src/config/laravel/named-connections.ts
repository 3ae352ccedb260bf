import type { DatabaseConfig, RedisConfig } from "../config.ts";
import { Findings } from "../findings.ts";
import { readRedisConfig } from "../redis-config.ts";
import { nodeAt } from "../sources/config-node.ts";
import { readDatabaseConfig } from "./database-config.ts";
import { type LaravelFile, textOf } from "./laravel-file.ts";

/** A connection of `config/database.php`, and what Laravel puts before the names of its tables or keys. */
export interface NamedConnection<T> {
  readonly connection: T;
  readonly prefix: string;
}

/**
 * The database connection of a name, the default one without a name. Returns the reason, without secrets, where it cannot be reached
 * from here. `folder` is the application's, absolute.
 */
export function namedDatabase(
  database: LaravelFile,
  name: string | undefined,
  folder: string,
): NamedConnection<DatabaseConfig> | string {
  const node = database.node(`connections.${name ?? database.text("default") ?? "sqlite"}`);
  const connection = readDatabaseConfig(node, folder);
  if (typeof connection === "string") return connection;
  return { connection, prefix: textOf(nodeAt(node, "prefix")) ?? "" };
}

/** The Redis connection of a name; the reason where it cannot be used. `folder` is the application's, absolute. */
export function namedRedis(
  database: LaravelFile,
  name: string,
  folder: string,
): NamedConnection<RedisConfig> | string {
  const node = database.node(`redis.${name}`);
  if (node === undefined) return `there is no Redis connection "${name}" in ${database.name}`;
  const findings = new Findings();
  const connection = readRedisConfig({
    part: "redis",
    connection: node,
    sources: [],
    findings,
    directory: folder,
  });
  if (findings.errors.length > 0) return findings.errors.join("; ");
  // The nearest prefix wins, also when it is empty.
  const prefix = nodeAt(node, "prefix") ?? nodeAt(node, "options.prefix") ??
    database.node("redis.options.prefix");
  return { connection, prefix: textOf(prefix) ?? "" };
}
