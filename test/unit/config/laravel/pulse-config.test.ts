import { describe, expect, test } from "bun:test";
import type { PulseConfig } from "../../../../src/config/config.ts";
import { Environment } from "../../../../src/config/sources/environment.ts";
import { readPulseConfig } from "../../../../src/config/laravel/pulse-config.ts";
import { folder, memoryFiles } from "../memory-files.ts";

const RECORDER = "Laravel\\Reverb\\Pulse\\Recorders\\ReverbMessages::class";

/** What is on in an application whose `config/pulse.php` has these entries besides the recorder. */
function read(
  entries: string,
  { env = {}, files = {}, recorder = "[]", enabled = "auto" as boolean | "auto" } = {},
): PulseConfig {
  const source = `<?php return [${entries} 'recorders' => [${RECORDER} => ${recorder}]];`;
  return readPulseConfig(
    folder,
    memoryFiles({ "config/pulse.php": source, ...files }),
    new Environment(env),
    enabled,
  );
}

const database = { kind: "sqlite", path: "/site/database/database.sqlite" };

describe("whether messages are written for Pulse", () => {
  test("not where there is no config/pulse.php: Pulse's own has no recorder of Reverb", () => {
    expect(readPulseConfig(folder, memoryFiles({}), new Environment({}), "auto")).toEqual({ kind: "off" });
  });

  test.each(["false", "['enabled' => false]", "['enabled' => env('OFF')]", "null"])(
    "not with the recorder %s",
    (recorder) => expect(read("", { recorder, env: { OFF: "0" } })).toEqual({ kind: "off" }),
  );

  test.each(["true", "[]", "['enabled' => true]", "['enabled' => null]"])(
    "with the recorder %s",
    (recorder) => expect(read("", { recorder })).toMatchObject({ kind: "on", sampleRate: 1 }),
  );

  test("not when Pulse as a whole is off", () => {
    expect(read("'enabled' => env('PULSE_ENABLED', true),", { env: { PULSE_ENABLED: "false" } }).kind).toBe(
      "off",
    );
    // Without the key, Pulse's own file has the default.
    expect(read("", { env: { PULSE_ENABLED: "false" } }).kind).toBe("off");
  });

  test("our setting switches all off, or does without the file", () => {
    expect(read("", { enabled: false })).toEqual({ kind: "off" });
    expect(readPulseConfig(folder, memoryFiles({}), new Environment({}), true))
      .toMatchObject({ kind: "on", target: { kind: "database", connection: database } });
  });
});

describe("where it goes", () => {
  test("by default to Laravel's default database", () => {
    expect(read("")).toEqual({
      kind: "on",
      sampleRate: 1,
      target: {
        kind: "database",
        connection: { kind: "sqlite", path: database.path },
        table: "pulse_aggregates",
      },
    });
  });

  test("to the connection that Pulse names, with its table prefix", () => {
    const files = {
      "config/database.php":
        "<?php return ['connections' => ['stats' => ['driver' => 'pgsql', 'host' => 'db', 'prefix' => 'app_']]];",
    };
    expect(read("", { files, env: { PULSE_DB_CONNECTION: "stats" } })).toMatchObject({
      target: { connection: { kind: "postgres", host: "db" }, table: "app_pulse_aggregates" },
    });
  });

  test("through Redis on Pulse's stream, with the prefix of all connections", () => {
    const files = {
      "config/database.php": "<?php return ['redis' => ['options' => ['prefix' => 'shop:'], " +
        "'pulse' => ['host' => 'redis', 'database' => 3, 'prefix' => 'not:this:one:']]];",
    };
    const env = { PULSE_INGEST_DRIVER: "redis", PULSE_REDIS_CONNECTION: "pulse" };
    expect(read("", { files, env })).toMatchObject({
      target: {
        kind: "redis",
        connection: { host: "redis", database: 3 },
        stream: "shop:laravel:pulse:ingest",
        trim: { kind: "age", seconds: 604_800 },
      },
    });
  });

  test.each([
    ["1000", { kind: "entries", entries: 1000 }],
    ["'1 day 6 hours'", { kind: "age", seconds: 108_000 }],
    ["'2w'", { kind: "age", seconds: 1_209_600 }],
    ["'a fortnight'", { kind: "none" }],
    ["'3 fortnights'", { kind: "none" }],
  ])("keeping %s in the stream", (keep, trim) => {
    expect(read(`'ingest' => ['driver' => 'redis', 'trim' => ['keep' => ${keep}]],`))
      .toMatchObject({ target: { kind: "redis", trim } });
  });
});

describe("what cannot be used gives a reason, never an error", () => {
  test.each([
    [
      "'ingest' => ['driver' => 'App\\\\Ingest'],",
      {},
      'Pulse\'s ingest driver "App\\Ingest" is not known here',
    ],
    [
      "'storage' => ['driver' => 'clickhouse'],",
      {},
      'Pulse\'s storage driver "clickhouse" is not known here',
    ],
    [
      "",
      { DB_CONNECTION: "sqlsrv" },
      'of Pulse\'s database "sqlsrv": its connection uses the driver "sqlsrv"',
    ],
    ["", { PULSE_DB_CONNECTION: "x" }, 'there is no database connection "x" in config/database.php'],
    [
      "'ingest' => ['driver' => 'redis', 'redis' => ['connection' => 'x']],",
      {},
      'there is no Redis connection "x" in config/database.php',
    ],
    [
      "'storage' => App\\Pulse::x(),",
      {},
      'config/pulse.php:1 storage: call to "App\\Pulse::x()" is not supported. Write it another way, or run "php artisan config:cache", whose result is read as it is',
    ],
  ])("%s %j", (entries, env, reason) => {
    expect(read(entries, { env })).toEqual({ kind: "unsupported", reason });
  });

  test("but not an entry that nothing here asks for", () => {
    expect(read("'x' => App\\Pulse::x(),", {})).toMatchObject({ kind: "on" });
  });

  test("a sample rate that is not a number from 0 to 1", () => {
    for (const recorder of ["['sample_rate' => 2]", "['sample_rate' => 'some']"]) {
      expect(read("", { recorder })).toMatchObject({
        reason: "the sample_rate of ReverbMessages in config/pulse.php is no number from 0 to 1",
      });
    }
    expect(read("", { recorder: "['sample_rate' => '0.25']" })).toMatchObject({ sampleRate: 0.25 });
  });
});
