import { ConfigError } from "../config/config-error.ts";
import { readBroadcasting } from "../config/laravel/broadcasting-config.ts";
import type { LaravelReading } from "../config/laravel/laravel-file.ts";
import { readQueue } from "../config/laravel/queue-config.ts";
import type { ConfigReading } from "../config/load-config.ts";
import { environmentPlace } from "../config/sources/setting-source.ts";
import { diskFiles } from "../config/sources/text-files.ts";
import type { ExaminedLaravel } from "../doctor/check-application.ts";
import { type DatabaseQuestion, jobCounter } from "../doctor/count-jobs.ts";
import { chooseRuntime } from "../runtime/choose-runtime.ts";
import { frontEndOf } from "./built-scripts.ts";
import { phpFilesOf } from "./php-files.ts";

/** What the doctor looks at in the Laravel application of a folder. `timeout` is in milliseconds. */
export function examinedLaravel(reading: ConfigReading, directory: string, timeout: number): ExaminedLaravel {
  const { environment, cached } = reading;
  const place: LaravelReading = { directory, disk: diskFiles, environment, cached };
  return {
    broadcasting: readable(() => readBroadcasting(place)),
    queue: readable(() => readQueue(place)),
    countJobs: jobCounter({ timeout, now: Date.now, ask: databaseQuestion() }),
    variable: (name) => {
      const variable = environment.get(name);
      return variable === undefined
        ? undefined
        : { text: variable.value, place: environmentPlace(name, variable.origin) };
    },
    phpFiles: phpFilesOf(directory),
    frontEnd: frontEndOf(directory),
  };
}

/** What a file of Laravel's says; the reason where it cannot be read. */
function readable<T>(read: () => T): T | { readonly unreadable: string } {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { unreadable: error.messages.join("; ") };
  }
}

/** Asks a database one question, without writing; `undefined` where the runtime has no clients for databases. */
function databaseQuestion(): DatabaseQuestion | undefined {
  const runtime = chooseRuntime();
  if (runtime.openSqlDatabase === undefined) return undefined;
  return async (config, statement) => {
    const database = runtime.openSqlDatabase!(config, "read");
    try {
      return await database.run(statement, []);
    } finally {
      await database.close();
    }
  };
}
