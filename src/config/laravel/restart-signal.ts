import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import { ConfigFiles } from "../sources/config-files.ts";
import { nodeAt } from "../sources/config-node.ts";
import { readDatabaseConfig } from "./database-config.ts";
import type { Environment } from "../sources/environment.ts";
import { Findings } from "../findings.ts";
import { type CachedParts, LaravelFile, textOf } from "./laravel-file.ts";
import { STOCK_CACHE, STOCK_DATABASE } from "./laravel-stock.ts";
import { readRedisConfig } from "../redis-config.ts";
import type { RestartSignalConfig } from "../config.ts";
import type { TextFiles } from "../sources/text-files.ts";

/** The key under which Reverb keeps the time of the last `reverb:restart`. */
const KEY = "laravel:reverb:restart";

/**
 * Where `php artisan reverb:restart` writes its timestamp: Laravel's default cache store, found in `config/cache.php` and
 * `config/database.php`, or in the cached configuration. Never throws: with a file that cannot be understood, the server only does not notice the command.
 */
export function readRestartSignal(
  directory: string,
  disk: TextFiles,
  environment: Environment,
  cached?: CachedParts,
): RestartSignalConfig {
  try {
    // Another ConfigFiles: these files do not configure the server, so they are not listed among those that do.
    const files = new ConfigFiles(directory, disk);
    if (!files.has("artisan")) return { kind: "none" };
    return readStore(files, environment, cached);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { kind: "unsupported", reason: error.messages.join("; ") };
  }
}

function readStore(
  files: ConfigFiles,
  environment: Environment,
  cached: CachedParts | undefined,
): RestartSignalConfig {
  const cache = new LaravelFile("cache", STOCK_CACHE, files, environment, { cached });
  const openDatabase = (): LaravelFile =>
    new LaravelFile("database", STOCK_DATABASE, files, environment, { cached });
  const name = cache.text("default") ?? "null";
  const store = `stores.${name}`;
  const prefix = cache.text(`${store}.prefix`) ?? cache.text("prefix") ?? "";
  const driver = cache.text(`${store}.driver`) ?? "none";
  const folder = resolve(files.directory);
  switch (driver) {
    case "file": {
      const hash = createHash("sha1").update(KEY).digest("hex");
      const path = cache.text(`${store}.path`) ?? join(folder, "storage/framework/cache/data");
      return { kind: "file", path: resolve(folder, path, hash.slice(0, 2), hash.slice(2, 4), hash) };
    }
    case "database": {
      const database = openDatabase();
      const connectionName = cache.text(`${store}.connection`) ?? database.text("default") ?? "sqlite";
      const node = database.node(`connections.${connectionName}`);
      const connection = readDatabaseConfig(node, folder);
      if (typeof connection === "string") return unsupported(name, connection);
      const table = (textOf(nodeAt(node, "prefix")) ?? "") + (cache.text(`${store}.table`) ?? "cache");
      return { kind: "database", connection, table, key: prefix + KEY };
    }
    case "redis": {
      const database = openDatabase();
      const connectionName = cache.text(`${store}.connection`) ?? "default";
      return readRedis({ store: name, database, name: connectionName, prefix, folder });
    }
    default:
      return unsupported(name, `it uses the driver "${driver}"`);
  }
}

interface RedisStore {
  readonly store: string;
  readonly database: LaravelFile;
  /** The connection's name. */
  readonly name: string;
  /** The store's prefix. */
  readonly prefix: string;
  readonly folder: string;
}

function readRedis({ store, database, name, prefix, folder }: RedisStore): RestartSignalConfig {
  const node = database.node(`redis.${name}`);
  if (node === undefined) {
    return unsupported(store, `there is no Redis connection "${name}" in ${database.name}`);
  }
  const findings = new Findings();
  const connection = readRedisConfig({
    part: "redis",
    connection: node,
    sources: [],
    findings,
    directory: folder,
  });
  if (findings.errors.length > 0) return unsupported(store, findings.errors.join("; "));
  // The nearest prefix wins, also when it is empty.
  const own = nodeAt(node, "prefix") ?? nodeAt(node, "options.prefix") ??
    database.node("redis.options.prefix");
  return { kind: "redis", connection, key: (textOf(own) ?? "") + prefix + KEY };
}

function unsupported(store: string, reason: string): RestartSignalConfig {
  return { kind: "unsupported", reason: `of Laravel's cache store "${store}": ${reason}` };
}
