import { systemTimers } from "../failures/timers.ts";
import type { DatabaseConfig } from "../config/config.ts";
import type { JobsPlace } from "../config/laravel/queue-config.ts";
import { waitAtMost } from "../failures/deadline.ts";
import { errorMessage } from "../failures/error-reason.ts";
import { openSession } from "../redis/open-session.ts";
import { reasonOf } from "../redis/reason-of.ts";

/** The jobs that wait for a worker. */
export interface JobCount {
  readonly waiting: number;
  /** How many of them are events; `undefined` where that was not looked at. */
  readonly events?: number;
  /** When the oldest could have run, in seconds since 1970. */
  readonly oldest?: number;
  /** The queues on which they wait, the longest first. */
  readonly queues: readonly string[];
}

/** Where jobs can be counted. */
export type CountedPlace = Exclude<JobsPlace, { readonly kind: "elsewhere" }>;

/** Counts waiting jobs; resolves with the reason where that is not possible. Never rejects. */
export type JobCounter = (place: CountedPlace) => Promise<JobCount | string>;

/** Puts a question to a database and gives the rows of its answer. Rejects when that is not possible. */
export type DatabaseQuestion = (
  database: DatabaseConfig,
  statement: string,
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** What counting needs. */
export interface JobCounterOptions {
  /** Milliseconds for an answer. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Undefined where the runtime has no clients for databases. */
  readonly ask: DatabaseQuestion | undefined;
}

/** A counter that looks into the table of the driver `database`, or into the list of the driver `redis`. */
export function jobCounter(options: JobCounterOptions): JobCounter {
  return async (place) => {
    const { timeout } = options;
    const counting = place.kind === "database" ? countRows(place, options) : countList(place, options);
    const reason = (failure: unknown): string =>
      place.kind === "redis" ? reasonOf(failure) : errorMessage(failure);
    return await waitAtMost(timeout, counting.catch(reason)) ?? `no answer within ${timeout / 1000} s`;
  };
}

async function countRows(
  { connection, table }: Extract<CountedPlace, { kind: "database" }>,
  { ask, now }: JobCounterOptions,
): Promise<JobCount | string> {
  if (ask === undefined) return "Resound on Deno has no clients for databases";
  const name = (text: string): string => {
    const quote = connection.kind === "mysql" ? "`" : '"';
    return text.split(".").map((part) => quote + part.replaceAll(quote, quote + quote) + quote).join(".");
  };
  const seconds = Math.floor(now() / 1000);
  // A reserved job is with a worker, and one that is available later is meant to wait. The payload has the class behind an event.
  const asked = ask(
    connection,
    `select ${name("queue")} as ${name("queue")}, count(*) as ${name("waiting")}, ` +
      `min(${name("available_at")}) as ${name("oldest")}, ` +
      `sum(case when ${name("payload")} like '%BroadcastEvent%' then 1 else 0 end) as ${name("events")} ` +
      `from ${name(table)} where ${name("reserved_at")} is null and ${name("available_at")} <= ${seconds} ` +
      `group by ${name("queue")} order by count(*) desc`,
  );
  const rows = await asked.catch(async (failure: unknown) => {
    // A table with other columns than Laravel's can be counted all the same.
    const statement = `select count(*) as ${name("waiting")} from ${name(table)}`;
    return await ask(connection, statement).catch(() => Promise.reject(failure));
  });
  const sum = (key: string): number => rows.reduce((total, row) => total + Number(row[key]), 0);
  const queues = rows.flatMap(({ queue }) => typeof queue === "string" ? [queue] : []);
  const oldest = Math.min(...rows.map((row) => Number(row["oldest"])));
  return {
    waiting: sum("waiting"),
    queues,
    ...(queues.length === 0 ? {} : { events: sum("events"), oldest }),
  };
}

async function countList(
  { connection, key, queue }: Extract<CountedPlace, { kind: "redis" }>,
  { timeout, now }: JobCounterOptions,
): Promise<JobCount | string> {
  const session = await openSession(
    { config: connection, connectTimeout: timeout, commandTimeout: timeout, now, timers: systemTimers },
    { lost: () => undefined, moved: () => undefined, message: () => undefined },
  );
  try {
    const [length] = await session.run([["LLEN", key]]);
    if (length instanceof Error) return length.message;
    return { waiting: Number(length), queues: Number(length) === 0 ? [] : [queue] };
  } finally {
    session.close();
  }
}
