import type { PulseConfig, PulseTarget } from "../config/config.ts";
import { databasePlace } from "../config/laravel/database-config.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { DatabaseStore } from "./database-store.ts";
import { PulseRecorder, type PulseRecorderOptions, type PulseStore } from "./pulse-recorder.ts";
import { RedisStore } from "./redis-store.ts";

/** What recording needs besides the configuration. */
export interface RecordToPulseOptions extends Omit<PulseRecorderOptions, "store" | "sampleRate"> {
  readonly runtime: Pick<Runtime, "name" | "openSqlDatabase">;
}

/**
 * Starts recording message counts for Laravel Pulse. Where that is not possible, logs a warning with the way out and returns
 * `undefined`; where Pulse is not installed or does not record messages, returns `undefined` at once.
 */
export function recordToPulse(
  config: PulseConfig,
  options: RecordToPulseOptions,
): PulseRecorder | undefined {
  switch (config.kind) {
    case "off":
      return undefined;
    case "unsupported":
      return unsupported(config.reason, options);
    case "on": {
      const { sampleRate, target } = config, store = storeFor(target, options);
      return typeof store === "string"
        ? unsupported(store, options)
        : new PulseRecorder({ ...options, store, sampleRate });
    }
  }
}

function unsupported(reason: string, { log }: RecordToPulseOptions): undefined {
  log.warning(
    "pulse_unsupported",
    `Laravel Pulse's messages card gets no messages, because ${reason}. REVERB_PULSE_ENABLED=false ends this warning.`,
  );
}

/** The store for a target; a text is the reason why there is none. */
function storeFor(target: PulseTarget, { runtime, now }: RecordToPulseOptions): PulseStore | string {
  switch (target.kind) {
    case "redis":
      return new RedisStore({ ...target, now });
    case "database": {
      const { connection, table } = target;
      const database = runtime.openSqlDatabase?.(connection);
      if (database === undefined) {
        return `its storage is a database, which ${runtime.name} cannot write to ` +
          "(PULSE_INGEST_DRIVER=redis works)";
      }
      return new DatabaseStore({
        database,
        kind: connection.kind,
        table,
        place: databasePlace(connection),
        now,
      });
    }
  }
}
