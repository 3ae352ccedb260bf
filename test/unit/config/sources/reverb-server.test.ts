import { describe, expect, test } from "bun:test";
import { load, refusal } from "../memory-files.ts";

const APPS = "'apps' => ['apps' => [['app_id' => '1', 'key' => 'k', 'secret' => 's']]]";

function php(entries: string): Record<string, string> {
  return { "config/reverb.php": `<?php return [\n${entries}\n${APPS}];` };
}

describe("a config/reverb.php without servers", () => {
  const env = {
    REVERB_SERVER_HOST: "127.0.0.1",
    REVERB_SERVER_PORT: "9000",
    REVERB_SERVER_PATH: "/ws",
    REVERB_HOST: "ws.example",
    REVERB_MAX_REQUEST_SIZE: "20000",
    REVERB_SCALING_ENABLED: "true",
    REVERB_SCALING_CHANNEL: "other",
    REVERB_PULSE_INGEST_INTERVAL: "20",
    REVERB_DRAIN_SECONDS: "7",
    REDIS_HOST: "redis.test",
  };

  test("has the server of Reverb's stock file, by the variables that this asks for", () => {
    const config = load({ contents: php(""), env });
    expect(config.server).toMatchObject({
      host: "127.0.0.1",
      port: 9000,
      path: "/ws",
      hostname: "ws.example",
      maxRequestSize: 20_000,
      pulseIngestInterval: 20,
      drainSeconds: 7,
      scaling: { enabled: true, channel: "other", server: { host: "redis.test" } },
    });
    expect(config.warnings).toEqual([]);
  });

  test("scales with the application's own Redis connection", () => {
    const contents = {
      ...php(""),
      "config/database.php": "<?php return ['redis' => ['default' => ['host' => 'from-database-php']]];",
    };
    expect(load({ contents, env }).server.scaling.server.host).toBe("from-database-php");
  });

  test("may also be without apps, and even empty", () => {
    const credentials = { REVERB_APP_ID: "1", REVERB_APP_KEY: "k", REVERB_APP_SECRET: "s" };
    const config = load({
      contents: { "config/reverb.php": "<?php return [];" },
      env: { ...env, ...credentials },
    });
    expect(config).toMatchObject({ server: { port: 9000 }, applications: [{ id: "1" }], development: false });
  });
});

describe("servers without the default server", () => {
  const expected = 'expected the default server by its name, "reverb", got';
  const refusals: readonly [entries: string, message: string][] = [
    ["'servers' => ['main' => ['port' => 9000]],", `config/reverb.php:2 servers: ${expected} "main"`],
    ["'servers' => ['port' => 9000],", `config/reverb.php:2 servers: ${expected} "port"`],
    ["'servers' => [['port' => 9000]],", `config/reverb.php:2 servers: ${expected} a list of 1`],
    ["'servers' => [],", `config/reverb.php:2 servers: ${expected} nothing`],
    ["'servers' => null,", `config/reverb.php:2 servers: ${expected} nothing`],
    ["'servers' => ['reverb' => null],", `config/reverb.php:2 servers: ${expected} nothing`],
    ["'servers' => 'reverb',", "config/reverb.php:2 servers: expected a table, got a single value"],
    [
      "'servers' => ['reverb' => 9000],",
      "config/reverb.php:2 servers.reverb: expected a table, got a single value",
    ],
    [
      "'default' => 'main', 'servers' => ['reverb' => []],",
      'config/reverb.php:2 default: expected the name of one of the servers, got "main"',
    ],
    [
      "'default' => 'main',",
      'config/reverb.php:2 default: expected the name of one of the servers, got "main"',
    ],
  ];
  test.each(refusals)("are refused: %s", (entries, message) => {
    expect(refusal({ contents: php(entries) })).toEqual([message]);
  });

  test("are refused in TOML as well", () => {
    const apps = '[[apps]]\napp_id = "1"\nkey = "k"\nsecret = "s"\n';
    expect(refusal({ contents: { "resound.toml": `[[servers]]\nport = 9000\n${apps}` } })).toEqual([
      `resound.toml:1 servers: ${expected} a list of 1`,
    ]);
  });

  test("are found by another name when default or REVERB_SERVER says it", () => {
    const servers = "'servers' => ['main' => ['port' => 9000]],";
    expect(load({ contents: php(`'default' => 'main', ${servers}`) }).server.port).toBe(9000);
    expect(load({ contents: php(servers), env: { REVERB_SERVER: "main" } }).server.port).toBe(9000);
    expect(refusal({ contents: php(servers), env: { REVERB_SERVER: "mian" } })).toEqual([
      'environment variable REVERB_SERVER: expected the name of one of the servers, got "mian"',
    ]);
  });
});
