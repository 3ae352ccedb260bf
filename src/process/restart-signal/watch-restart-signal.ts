import type { RestartSignalConfig } from "../../config/config.ts";
import { databasePlace } from "../../config/laravel/database-config.ts";
import type { Log } from "../../monitoring/log.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { FileReader } from "./file-reader.ts";
import { RedisReader } from "./redis-reader.ts";
import { RestartSignalWatch } from "./restart-signal-watch.ts";
import type { SignalReader } from "./signal-reader.ts";

/** What watching for `php artisan reverb:restart` needs. */
export interface WatchOptions {
  readonly runtime: Pick<Runtime, "name" | "openCacheDatabase">;
  readonly log: Log;
  /** Milliseconds since 1970, as the timestamp of the signal is. */
  readonly wallClock: () => number;
  /** Called once, when the signal came. */
  readonly restart: () => void;
}

/**
 * Watches for `php artisan reverb:restart`. Where that cannot be noticed it says so, with the way out, and returns `undefined`;
 * outside a Laravel application it says nothing.
 */
export function watchRestartSignal(
  config: RestartSignalConfig,
  { runtime, log, wallClock, restart }: WatchOptions,
): RestartSignalWatch | undefined {
  const reader = readerFor(config, runtime);
  if (typeof reader === "string") {
    log.warning(
      "restart_signal_unsupported",
      `\`php artisan reverb:restart\` is not noticed, because ${reader}. Use \`resound restart\` instead.`,
    );
    return undefined;
  }
  return reader === undefined ? undefined : new RestartSignalWatch({ reader, log, wallClock, restart });
}

/** The reader for a store; the reason where there is none. */
function readerFor(
  config: RestartSignalConfig,
  runtime: WatchOptions["runtime"],
): SignalReader | string | undefined {
  switch (config.kind) {
    case "none":
      return undefined;
    case "unsupported":
      return config.reason;
    case "file":
      return new FileReader(config.path);
    case "redis":
      return new RedisReader(config.connection, config.key);
    case "database": {
      const { connection, table, key } = config;
      const database = runtime.openCacheDatabase?.(connection);
      if (database === undefined) {
        return `Laravel's cache is in a database, which ${runtime.name} cannot read`;
      }
      return {
        place: databasePlace(connection),
        read: () => database.value(table, key),
        close: () => database.close(),
      };
    }
  }
}
