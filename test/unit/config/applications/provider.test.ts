import { expect, test } from "bun:test";
import { load, refusal } from "../memory-files.ts";

function reverb(apps: string): string {
  return `<?php return ['default' => 'reverb', 'servers' => ['reverb' => []], 'apps' => [${apps}]];`;
}

const STOCK = "'provider' => 'config', 'apps' => [['app_id' => '1', 'key' => 'k', 'secret' => 's']]";

test("the stock file's word config gives way to the variable, and its list is not read then", () => {
  const contents = { "config/reverb.php": reverb(STOCK), ".env": "DB_CONNECTION=pgsql\nDB_DATABASE=shop\n" };
  expect(load({ contents })).toMatchObject({ provider: { kind: "config" }, applications: [{ id: "1" }] });
  const config = load({ contents, env: { REVERB_APPS_PROVIDER: "database" } });
  expect(config.applications).toEqual([]);
  expect(config.development).toBe(false);
  expect(config.warnings).toEqual([]);
  expect(config.provider).toMatchObject({
    kind: "database",
    connection: { kind: "postgres", database: "shop" },
    table: "reverb_apps",
    columns: {},
    cacheSeconds: 60,
    absentSeconds: 5,
    waitSeconds: 1.5,
    lookups: 8,
    pollSeconds: 1,
    maxMessageSize: 1_048_576,
  });
});

test("what stands in the file goes before the variable", () => {
  const apps = "'provider' => 'database', 'table' => 'public.tenants', 'connection' => 'mariadb', " +
    "'columns' => ['app_id' => 'uuid', 'key' => 'public_key'], 'cache_seconds' => 30";
  const env = { REVERB_APPS_PROVIDER: "http", REVERB_APPS_TABLE: "other", REVERB_APPS_POLL_SECONDS: "0" };
  const { provider } = load({ contents: { "config/reverb.php": reverb(apps) }, env });
  expect(provider).toMatchObject({
    kind: "database",
    connection: { kind: "mysql" },
    table: "public.tenants",
    columns: { app_id: "uuid", key: "public_key" },
    cacheSeconds: 30,
    pollSeconds: 0,
  });
});

test("TOML has the same keys, and columns may be written as a text", () => {
  const toml =
    `[apps]\nprovider = "database"\ndatabase_url = "postgres://u:p@db.test:5433/shop"\ncolumns = "app_id:uuid, key:k"\n`;
  expect(load({ contents: { "resound.toml": toml } }).provider).toMatchObject({
    kind: "database",
    connection: { kind: "postgres", host: "db.test", port: 5433, database: "shop", username: "u" },
    columns: { app_id: "uuid", key: "k" },
  });
});

test("a URL of SQLite names its file, from the folder where it is relative", () => {
  for (
    const [url, path] of [["sqlite:///var/t.db", "/var/t.db"], [
      "sqlite://data/t.db",
      "/site/data/t.db",
    ]] as const
  ) {
    const env = { REVERB_APPS_PROVIDER: "database", REVERB_APPS_DATABASE_URL: url };
    expect(load({ env }).provider).toMatchObject({ connection: { kind: "sqlite", path } });
  }
});

test("over HTTP the address is signed with APP_KEY unless a secret is set", () => {
  const env = { REVERB_APPS_PROVIDER: "http", REVERB_APPS_URL: "https://a.test/apps", APP_KEY: "base64:abc" };
  expect(load({ env }).provider).toMatchObject({
    kind: "http",
    url: "https://a.test/apps",
    secret: "base64:abc",
  });
  expect(load({ env: { ...env, REVERB_APPS_SECRET: "own" } }).provider).toMatchObject({ secret: "own" });
  expect(refusal({ env: { REVERB_APPS_PROVIDER: "http" } })).toEqual([
    "apps.url is not set: apps.provider is http, which needs the address that is asked for applications (REVERB_APPS_URL)",
    "apps.secret is not set: apps.provider is http, whose requests are signed with it or with APP_KEY (REVERB_APPS_SECRET)",
  ]);
});

test("variables of an application are the defaults of all, but for its credentials", () => {
  const { provider } = load({
    env: {
      REVERB_APPS_PROVIDER: "database",
      REVERB_APPS_DATABASE_URL: "sqlite:///t.db",
      REVERB_APP_ID: "1",
      REVERB_APP_KEY: "k",
      REVERB_APP_SECRET: "s",
      REVERB_APP_MAX_CONNECTIONS: "500",
    },
  });
  expect(provider).toMatchObject({
    defaults: { id: "", key: "", secret: "", maxConnections: 500, enabled: true },
  });
});

test("a database that cannot be reached from here, and a misspelt key, are named", () => {
  expect(refusal({ env: { REVERB_APPS_PROVIDER: "database", DB_CONNECTION: "sqlsrv" } })).toEqual([
    'apps.provider is database, and its connection cannot be used: its connection uses the driver "sqlsrv". ' +
    "Set apps.connection or apps.database_url",
  ]);
  const contents = { "config/reverb.php": reverb("'provider' => 'database', 'tabel' => 'x', 'apps' => []") };
  expect(load({ contents }).warnings).toEqual([
    'config/reverb.php:1 apps.tabel: the key "tabel" is unknown and ignored; did you mean "table"?',
  ]);
});
