import { describe, expect, test } from "bun:test";
import { Environment } from "../../../../src/config/sources/environment.ts";
import { readRestartSignal } from "../../../../src/config/laravel/restart-signal.ts";
import type { RestartSignalConfig } from "../../../../src/config/config.ts";
import { redisConfig } from "../../../support/redis-config.ts";
import { folder, memoryFiles } from "../memory-files.ts";

const KEY = "laravel:reverb:restart";
const MARK = "4f/e4/4fe44729b03e0a0a2586ebe0d445f50c083d0ff3";

function read(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): RestartSignalConfig {
  return readRestartSignal(folder, memoryFiles({ artisan: "", ...files }), new Environment(env));
}

test("a folder without artisan has no signal", () => {
  expect(readRestartSignal(folder, memoryFiles({}), new Environment({ CACHE_STORE: "file" })))
    .toEqual({ kind: "none" });
});

describe("without config files, as Laravel has it", () => {
  test("the cache is the database, and the database SQLite in the application's folder", () => {
    expect(read()).toEqual({
      kind: "database",
      connection: { kind: "sqlite", path: "/site/database/database.sqlite" },
      table: "cache",
      key: `laravel-cache-${KEY}`,
    });
  });

  test("the file store lies in storage, under the hash of the bare key", () => {
    expect(read({ CACHE_STORE: "file", CACHE_PREFIX: "ignored" }))
      .toEqual({ kind: "file", path: `/site/storage/framework/cache/data/${MARK}` });
  });

  test("the redis store has its own database and both prefixes", () => {
    expect(read({ CACHE_STORE: "redis", APP_NAME: "My Shop", REDIS_HOST: "redis", REDIS_PASSWORD: "p" }))
      .toEqual({
        kind: "redis",
        connection: redisConfig({ host: "redis", password: "p", database: 1 }),
        key: `my-shop-database-my-shop-cache-${KEY}`,
      });
  });

  test.each([
    ["memcached", 'of Laravel\'s cache store "memcached": it uses the driver "memcached"'],
    ["mine", 'of Laravel\'s cache store "mine": it uses the driver "none"'],
  ])("the store %s cannot be read", (store, reason) => {
    expect(read({ CACHE_STORE: store })).toEqual({ kind: "unsupported", reason });
  });

  test("a cache server that Resound has no client for is named", () => {
    expect(read({ DB_CONNECTION: "sqlsrv" })).toEqual({
      kind: "unsupported",
      reason: 'of Laravel\'s cache store "database": its connection uses the driver "sqlsrv"',
    });
  });
});

test("the parts of a URL win, and a wrong one is not shown", () => {
  const found = read({
    DB_CONNECTION: "mysql",
    DB_HOST: "other",
    DB_URL: "pgsql://u:p%40ss@db:5433/app?sslmode=require",
  });
  expect(found).toMatchObject({
    connection: {
      kind: "postgres",
      host: "db",
      port: 5433,
      database: "app",
      username: "u",
      password: "p@ss",
      sslMode: "require",
    },
  });
  expect(JSON.stringify(read({ DB_CONNECTION: "mysql", DB_URL: "mysql://u:s3cret%@db" }))).not.toContain(
    "s3cret",
  );
});

test("the application's files win over the framework's own", () => {
  const files = {
    "config/cache.php":
      "<?php return ['default' => 'mine', 'prefix' => 'p:', 'stores' => ['mine' => ['driver' => " +
      "'database', 'connection' => 'second', 'table' => 'entries', 'prefix' => 'own:']]];",
    "config/database.php":
      "<?php return ['connections' => ['second' => ['driver' => 'mariadb', 'prefix' => 'x_', " +
      "'host' => ['a', 'b'], 'write' => ['host' => ['w']], 'database' => 'd', 'username' => 'u', 'password' => 's']]];",
  };
  expect(read({}, files)).toMatchObject({
    kind: "database",
    connection: { kind: "mysql", host: "w", port: 3306 },
    table: "x_entries",
    key: `own:${KEY}`,
  });
  const vendor = {
    "vendor/laravel/framework/config/cache.php": "<?php return ['default' => 'file', 'stores' => " +
      "['file' => ['driver' => 'file', 'path' => storage_path('elsewhere')]]];",
  };
  expect(read({}, vendor)).toEqual({ kind: "file", path: `/site/storage/elsewhere/${MARK}` });
});

test("a Redis connection's own prefix replaces the common one", () => {
  const files = {
    "config/database.php": "<?php return ['redis' => ['options' => ['prefix' => 'common:'], " +
      "'cache' => ['host' => 'h', 'prefix' => 'own:']]];",
  };
  expect(read({ CACHE_STORE: "redis", CACHE_PREFIX: "c:" }, files)).toMatchObject({ key: `own:c:${KEY}` });
});

test("with a file that cannot be understood the command is not noticed", () => {
  const found = read({}, { "config/cache.php": "<?php return ['default' => exec('ls')];" });
  expect(found.kind).toBe("unsupported");
  expect(JSON.stringify(found)).toContain("config/cache.php:1");
});
