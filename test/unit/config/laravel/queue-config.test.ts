import { describe, expect, test } from "bun:test";
import { type QueueConfig, readQueue } from "../../../../src/config/laravel/queue-config.ts";
import { parseEnvFile } from "../../../../src/config/sources/env-file.ts";
import { Environment } from "../../../../src/config/sources/environment.ts";
import { redisConfig } from "../../../support/redis-config.ts";
import { folder, memoryFiles, refusalOf } from "../memory-files.ts";

function read(env: string, contents: Readonly<Record<string, string>> = {}): QueueConfig {
  const environment = new Environment({}, parseEnvFile(env, ".env"));
  return readQueue({ directory: folder, disk: memoryFiles(contents), environment, cached: undefined });
}

const file = (text: string): Readonly<Record<string, string>> => ({
  "config/queue.php": `<?php return [\n${text}\n];`,
});
const driverOf = ({ connection, place, driver }: QueueConfig): unknown[] => [connection, place, driver];

describe("the default connection", () => {
  test.each<[string, string, Readonly<Record<string, string>>, unknown[]]>([
    ["of the variable", "QUEUE_CONNECTION=sync", {}, ["sync", ".env:1 QUEUE_CONNECTION", "sync"]],
    ["null, as the variable has it", "QUEUE_CONNECTION=null", {}, ["null", expect.anything(), "null"]],
    [
      "of config/queue.php where the variable is not set",
      "",
      file("'default' => env('QUEUE_CONNECTION', 'sync')"),
      ["sync", "config/queue.php:2 default", "sync"],
    ],
    [
      "of config/queue.php that does not ask for the variable",
      "QUEUE_CONNECTION=sync",
      file("'default' => 'events',\n'connections' => ['events' => ['driver' => 'redis']]"),
      ["events", "config/queue.php:2 default", "redis"],
    ],
    ["written nowhere", "", {}, ["database", undefined, "database"]],
    ["of the framework where the application has no file", "", {
      "vendor/laravel/framework/config/queue.php": "<?php return ['default' => 'redis'];",
    }, ["redis", expect.stringContaining("config/queue.php"), "redis"]],
    ["that is not there", "QUEUE_CONNECTION=rabbit", {}, ["rabbit", ".env:1 QUEUE_CONNECTION", undefined]],
    ["failover, which begins with another one", "QUEUE_CONNECTION=failover", {}, [
      "failover",
      ".env:1 QUEUE_CONNECTION",
      "database",
    ]],
    [
      "failover that leads to itself",
      "",
      file("'default' => 'a', 'connections' => ['a' => ['driver' => 'failover', 'connections' => ['a']]]"),
      ["a", "config/queue.php:2 default", "failover"],
    ],
  ])("%s", (_, env, contents, expected) => {
    expect(driverOf(read(env, contents))).toEqual(expected);
  });
});

describe("where jobs wait", () => {
  test("in a table of the default database", () => {
    expect(read("QUEUE_CONNECTION=database\nDB_DATABASE=/data/app.sqlite\nDB_QUEUE_TABLE=queued").jobs)
      .toEqual({
        kind: "database",
        connection: { kind: "sqlite", path: "/data/app.sqlite" },
        table: "queued",
      });
  });

  test("in a table with a prefix, of the database that the connection names", () => {
    const contents = {
      ...file(
        "'default' => 'events',\n" +
          "'connections' => ['events' => ['driver' => 'database', 'connection' => 'queues', 'table' => 'jobs']]",
      ),
      "config/database.php":
        "<?php return ['connections' => ['queues' => ['driver' => 'sqlite', 'database' => '/q.sqlite', 'prefix' => 'app_']]];",
    };
    expect(read("", contents).jobs).toEqual({
      kind: "database",
      connection: { kind: "sqlite", path: "/q.sqlite" },
      table: "app_jobs",
    });
  });

  test("in a list of Redis with Laravel's prefix", () => {
    expect(read("QUEUE_CONNECTION=redis\nREDIS_HOST=redis\nREDIS_QUEUE=events\nAPP_NAME=Shop").jobs).toEqual({
      kind: "redis",
      connection: redisConfig({ host: "redis" }),
      key: "shop-database-queues:events",
      queue: "events",
    });
  });

  test.each([
    ["QUEUE_CONNECTION=sqs", "Resound does not look into queues of the driver sqs"],
    ["QUEUE_CONNECTION=database\nDB_CONNECTION=sqlsrv", 'its connection uses the driver "sqlsrv"'],
    [
      "QUEUE_CONNECTION=redis\nREDIS_QUEUE_CONNECTION=other",
      'there is no Redis connection "other" in config/database.php',
    ],
  ])("not where they can be counted, by %j", (env, reason) => {
    expect(read(env).jobs).toEqual({ kind: "elsewhere", reason });
  });
});

test("a file that cannot be read is an error with its place", () => {
  expect(refusalOf(() => read("", { "config/queue.php": "<?php return [" }))[0]).toContain(
    "config/queue.php",
  );
});
