import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import { ConfigFiles } from "../sources/config-files.ts";
import type { Environment } from "../sources/environment.ts";
import { type CachedParts, LaravelFile } from "./laravel-file.ts";
import { STOCK_CACHE, STOCK_DATABASE } from "./laravel-stock.ts";
import { namedDatabase, namedRedis } from "./named-connections.ts";
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
      const found = namedDatabase(openDatabase(), cache.text(`${store}.connection`), folder);
      if (typeof found === "string") return unsupported(name, found);
      const table = found.prefix + (cache.text(`${store}.table`) ?? "cache");
      return { kind: "database", connection: found.connection, table, key: prefix + KEY };
    }
    case "redis": {
      const found = namedRedis(openDatabase(), cache.text(`${store}.connection`) ?? "default", folder);
      if (typeof found === "string") return unsupported(name, found);
      return { kind: "redis", connection: found.connection, key: found.prefix + prefix + KEY };
    }
    default:
      return unsupported(name, `it uses the driver "${driver}"`);
  }
}

function unsupported(store: string, reason: string): RestartSignalConfig {
  return { kind: "unsupported", reason: `of Laravel's cache store "${store}": ${reason}` };
}
