import type { RestartSignalConfig } from "../../config/config.ts";
import { databasePlace } from "../../config/laravel/database-config.ts";
import type { Log } from "../../monitoring/log.ts";
import { LOCK_PATIENCE, type Runtime } from "../../runtime/runtime.ts";
import { FileReader } from "./file-reader.ts";
import { RedisReader } from "./redis-reader.ts";
import { RestartSignalWatch, type SeenSignal, type SignalReader } from "./restart-signal-watch.ts";

/** What noticing `php artisan reverb:restart` needs. */
export interface RestartSignalParts {
  readonly runtime: Pick<Runtime, "name" | "openCacheDatabase">;
  readonly log: Log;
  /** Milliseconds since 1970, as the timestamp of the signal is. */
  readonly wallClock: () => number;
  /** Called each time when the signal comes. */
  readonly restart: () => void;
}

/** Laravel's restart signal, in the store of its cache that the configuration names, and in another once a new one names that. */
export class RestartSignal {
  readonly #parts: RestartSignalParts;
  #followed: string | undefined;
  #watch: RestartSignalWatch | undefined;
  #seen: SeenSignal | undefined;

  /** `seen` is what the process before this one has seen last. */
  constructor(parts: RestartSignalParts, seen?: SeenSignal) {
    this.#parts = parts;
    this.#seen = seen;
  }

  /**
   * Watches where the configuration says, unless it does so already. Where the signal cannot be noticed this is a warning, with the
   * way out; outside a Laravel application there is nothing to say.
   */
  follow(config: RestartSignalConfig): void {
    const followed = JSON.stringify(config);
    if (followed === this.#followed) return;
    this.#followed = followed;
    void this.#watch?.stop();
    this.#watch = undefined;
    const { runtime, log, wallClock, restart } = this.#parts, reader = readerFor(config, runtime);
    if (typeof reader === "string") {
      log.warning(
        "restart_signal_unsupported",
        `\`php artisan reverb:restart\` is not noticed, because ${reader}. Use \`resound restart\` instead.`,
      );
    } else if (reader !== undefined) {
      this.#watch = new RestartSignalWatch({ reader, log, wallClock, restart, seen: this.#seen });
    }
  }

  /** Watches no more, until it is to `follow` again. Returns what it has seen last. */
  pause(): SeenSignal | undefined {
    this.#seen = this.#watch?.seen;
    this.#followed = undefined;
    void this.#watch?.stop();
    this.#watch = undefined;
    return this.#seen;
  }

  async stop(): Promise<void> {
    await this.#watch?.stop();
  }
}

/** The reader for a store; the reason where there is none. */
function readerFor(
  config: RestartSignalConfig,
  runtime: RestartSignalParts["runtime"],
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
        ...(connection.kind === "sqlite" ? { lockPatience: LOCK_PATIENCE } : {}),
        read: () => database.value(table, key),
        close: () => database.close(),
      };
    }
  }
}
