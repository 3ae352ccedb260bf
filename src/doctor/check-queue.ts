import { databasePlace } from "../config/laravel/database-config.ts";
import type { QueueConfig } from "../config/laravel/queue-config.ts";
import { redisPlace } from "../redis/redis-place.ts";
import { type CheckLine, error, ok, skipped, warning } from "./check-line.ts";
import type { JobCount, JobCounter } from "./count-jobs.ts";

const SUBJECT = "queue";

/** Drivers that broadcast without a worker: at once, after the answer, or in a process of their own. */
const WITHOUT_WORKER: readonly string[] = ["sync", "deferred", "background"];

/** How SQLite, MySQL and PostgreSQL say so. */
const NO_TABLE = /no such table|doesn't exist|relation .* does not exist/i;

/**
 * How events that implement `ShouldBroadcast` leave PHP. Most queue connections need a worker, and events that wait for one are the
 * commonest reason why nothing arrives. No line where nothing in the folder says how they are queued. `now` is in milliseconds since 1970.
 */
export async function checkQueue(
  queue: QueueConfig,
  count: JobCounter,
  now: number,
): Promise<CheckLine | undefined> {
  const { connection, place, file, driver, jobs } = queue;
  // Without the variable and without any file the version of Laravel decides, which shows nowhere.
  if (place === undefined) return undefined;
  if (driver === undefined) {
    return error(
      SUBJECT,
      `${place} is ${connection}, and ${file} has no such connection: PHP fails at each event that is queued`,
      `Set QUEUE_CONNECTION to one of the connections in ${file}`,
    );
  }
  if (driver === "null") {
    return warning(
      SUBJECT,
      `${place} is ${connection}: events that implement ShouldBroadcast are discarded, only those with ShouldBroadcastNow are sent`,
      "Set QUEUE_CONNECTION=sync, or a connection with a worker",
    );
  }
  if (WITHOUT_WORKER.includes(driver)) {
    return ok(SUBJECT, `events are broadcast without a queue worker (${place} is ${connection})`);
  }
  const needs =
    `events wait on the queue connection ${connection} (${place}), so \`php artisan queue:work\` must run`;
  if (jobs.kind === "elsewhere") {
    return skipped(
      SUBJECT,
      `${needs}; waiting jobs were not counted: ${jobs.reason}`,
      "Check that a worker runs",
    );
  }
  const where = jobs.kind === "database"
    ? `${jobs.table} of ${databasePlace(jobs.connection)}`
    : `the list ${jobs.key} of Redis at ${redisPlace(jobs.connection)}`;
  const counted = await count(jobs);
  if (typeof counted === "string") {
    return NO_TABLE.test(counted)
      ? warning(
        SUBJECT,
        `${needs}; PHP fails at each event, as there is no ${where}`,
        "Run `php artisan migrate`",
      )
      : skipped(
        SUBJECT,
        `${needs}; the jobs that wait in ${where} cannot be counted: ${counted}`,
        "Check that a worker runs",
      );
  }
  if (counted.waiting === 0) return ok(SUBJECT, `${needs}; no job waits in ${where}`);
  const queues = counted.queues.map((name) => JSON.stringify(name)).join(", ");
  return warning(
    SUBJECT,
    `${needs}; ${jobsWait(counted)} in ${where}${queues === "" ? "" : `, on the queue ${queues}`}${
      since(counted, now)
    }`,
    `Start \`php artisan queue:work\`${
      counted.queues.length > 0 && !counted.queues.includes("default")
        ? `, with --queue=${counted.queues.join(",")}`
        : ""
    }; if one runs, compare its connection and its queues with these, and read its log`,
  );
}

function jobsWait({ waiting, events }: JobCount): string {
  const jobs = `${waiting} ${waiting === 1 ? "job waits" : "jobs wait"}`;
  return events === undefined
    ? jobs
    : `${jobs} (${events} of them ${events === 1 ? "is an event" : "are events"})`;
}

/** How long the oldest has waited; nothing where that is not known or no time at all. */
function since({ oldest }: JobCount, now: number): string {
  const seconds = oldest === undefined ? 0 : Math.floor(now / 1000 - oldest);
  if (!(seconds > 0)) return "";
  const [amount, unit] = seconds < 120
    ? [seconds, "s"]
    : seconds < 7200
    ? [Math.floor(seconds / 60), "minutes"]
    : seconds < 172_800
    ? [Math.floor(seconds / 3600), "hours"]
    : [Math.floor(seconds / 86_400), "days"];
  return `, the oldest for ${amount} ${unit}`;
}
