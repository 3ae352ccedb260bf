import { describe, expect, test } from "bun:test";
import type { QueueConfig } from "../../../src/config/laravel/queue-config.ts";
import { checkQueue } from "../../../src/doctor/check-queue.ts";
import { type CountedPlace, type JobCount, jobCounter } from "../../../src/doctor/count-jobs.ts";
import { reportLine } from "../../../src/doctor/report.ts";
import { redisConfig } from "../../support/redis-config.ts";
import { PATIENCE } from "../../support/patience.ts";

const NOW = 1_760_000_000_000;
const TABLE: CountedPlace = {
  kind: "database",
  connection: { kind: "sqlite", path: "/site/db.sqlite" },
  table: "jobs",
};

async function lineOf(
  queue: Partial<QueueConfig>,
  counted: JobCount | string = "not asked",
): Promise<string> {
  const place = ".env:3 QUEUE_CONNECTION";
  const config = { connection: "database", place, file: "config/queue.php", driver: "database", jobs: TABLE };
  const line = await checkQueue({ ...config, ...queue }, () => Promise.resolve(counted), NOW);
  return line === undefined ? "" : reportLine(line).replaceAll(/ {2,}/g, " ");
}

test.each(["sync", "deferred", "background"])("%s needs no worker", async (driver) => {
  expect(await lineOf({ connection: driver, driver }))
    .toBe(`ok queue events are broadcast without a queue worker (.env:3 QUEUE_CONNECTION is ${driver}).`);
});

test("null discards events", async () => {
  expect(await lineOf({ connection: "null", driver: "null" })).toMatch(/^warning queue .* are discarded/);
});

test("a connection that is not there is an error", async () => {
  expect(await lineOf({ connection: "rabbit", driver: undefined })).toMatch(
    /^error queue \.env:3 QUEUE_CONNECTION is rabbit, and config\/queue\.php has no such connection/,
  );
});

test("where nothing is written there is no line, since the version of Laravel decides", async () => {
  expect(await lineOf({ place: undefined })).toBe("");
});

describe("a connection that needs a worker", () => {
  const needs =
    "events wait on the queue connection database (.env:3 QUEUE_CONNECTION), so `php artisan queue:work` must run";

  test("without a waiting job is ok", async () => {
    expect(await lineOf({}, { waiting: 0, queues: [] }))
      .toBe(`ok queue ${needs}; no job waits in jobs of /site/db.sqlite.`);
  });

  test("with waiting jobs is a warning, with their number, their queues and the time of the oldest", async () => {
    const counted = { waiting: 3, events: 2, oldest: NOW / 1000 - 400, queues: ["default", "mails"] };
    expect(await lineOf({}, counted)).toBe(
      `warning queue ${needs}; 3 jobs wait (2 of them are events) in jobs of /site/db.sqlite, on the queue "default", "mails", ` +
        "the oldest for 6 minutes. Start `php artisan queue:work`; if one runs, compare its connection and its queues " +
        "with these, and read its log.",
    );
  });

  test("with a queue of another name has the option that a worker needs", async () => {
    expect(await lineOf({}, { waiting: 1, events: 1, oldest: NOW / 1000, queues: ["events"] })).toContain(
      '1 job waits (1 of them is an event) in jobs of /site/db.sqlite, on the queue "events". ' +
        "Start `php artisan queue:work`, with --queue=events;",
    );
  });

  test.each([
    "no such table: jobs",
    "Table 'shop.jobs' doesn't exist",
    'relation "jobs" does not exist',
  ])("without its table is a warning (%s)", async (reason) => {
    expect(await lineOf({}, reason)).toBe(
      `warning queue ${needs}; PHP fails at each event, as there is no jobs of /site/db.sqlite. Run \`php artisan migrate\`.`,
    );
  });

  test.each<[string, Partial<QueueConfig>, string]>([
    ["cannot be counted", {}, "cannot be counted: unable to open database file."],
    [
      "is elsewhere",
      { connection: "sqs", driver: "sqs", jobs: { kind: "elsewhere", reason: "it is" } },
      "`php artisan queue:work` must run; waiting jobs were not counted: it is.",
    ],
  ])("that %s is skipped, and the worker named", async (_, queue, expected) => {
    const line = await lineOf(queue, "unable to open database file");
    expect(line).toStartWith("skipped queue");
    expect(line).toContain(expected);
    expect(line).toContain("`php artisan queue:work` must run");
  });
});

describe("counting", () => {
  const count = (
    ask: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
    place: CountedPlace = TABLE,
  ): Promise<JobCount | string> => {
    const counter = jobCounter({ timeout: 50, now: () => NOW, ask: (_, statement) => ask(statement) });
    return counter(place);
  };

  test("sums the queues up, also where numbers come as texts or big integers", async () => {
    expect(
      await count(() =>
        Promise.resolve([
          { queue: "default", waiting: 5n, oldest: "1700", events: "4" },
          { queue: "mails", waiting: "2", oldest: 1600, events: null },
        ])
      ),
    ).toEqual({ waiting: 7, events: 4, oldest: 1600, queues: ["default", "mails"] });
    expect(await count(() => Promise.resolve([]))).toEqual({ waiting: 0, queues: [] });
  });

  test("quotes the names of the table as the database wants it", async () => {
    const statements: string[] = [];
    const ask = (statement: string): Promise<[]> => {
      statements.push(statement);
      return Promise.resolve([]);
    };
    const server = {
      host: "h",
      port: 1,
      database: "d",
      username: "u",
      password: "p",
      socket: undefined,
      searchPath: undefined,
      sslMode: undefined,
    };
    await count(ask, { kind: "database", connection: { kind: "mysql", ...server }, table: "a`.jobs" });
    await count(ask, { kind: "database", connection: { kind: "postgres", ...server }, table: 'a"' });
    expect(statements).toEqual([
      expect.stringContaining(
        "from `a```.`jobs` where `reserved_at` is null and `available_at` <= 1760000000 ",
      ),
      expect.stringContaining('from "a""" where "reserved_at" is null '),
    ]);
  });

  test("counts the rows of a table with other columns", async () => {
    expect(
      await count((statement) =>
        statement.includes("reserved_at")
          ? Promise.reject(new Error("no such column: reserved_at"))
          : Promise.resolve([{ waiting: 3 }])
      ),
    ).toEqual({ waiting: 3, queues: [] });
  });

  test("gives the first reason where it fails, and its own where no answer comes", async () => {
    expect(
      await count((statement) => Promise.reject(new Error(statement.includes("reserved") ? "one" : "two"))),
    )
      .toBe("one");
    expect(await count(() => new Promise(() => {}))).toBe("no answer within 0.05 s");
  });

  test("needs a client for databases, or a Redis", async () => {
    // Loading the client takes more than a second on a busy machine.
    const counter = jobCounter({ timeout: PATIENCE, now: () => NOW, ask: undefined });
    expect(await counter(TABLE)).toMatch(/no clients for databases/);
    const connection = redisConfig({ host: "127.0.0.1", port: 1 });
    expect(await counter({ kind: "redis", connection, key: "k", queue: "q" })).toMatch(/ECONNREFUSED/);
  });
});
