import { expect, test } from "bun:test";
import { runResound } from "../../support/run-resound.ts";

const SECRET = "a-secret-of-29-characters-xyz";
const REDIS_PASSWORD = "redis-password";
const FILES = {
  ".env": `REVERB_APP_ID=first\nREVERB_APP_KEY=key-1\nREVERB_APP_SECRET=${SECRET}\nREVERB_SERVER_PORT=9001\n`,
  "config/reverb.php": `<?php
return [
    'default' => 'reverb',
    'servers' => ['reverb' => [
        'host' => '127.0.0.1',
        'port' => env('REVERB_SERVER_PORT', 8080),
    ]],
    'apps' => ['provider' => 'config', 'apps' => [
        ['app_id' => env('REVERB_APP_ID'), 'key' => env('REVERB_APP_KEY'), 'secret' => env('REVERB_APP_SECRET')],
        ['app_id' => 2, 'key' => 'two', 'secret' => '${SECRET}',
            'allowed_origins' => ['a.example', '*.b.example'], 'max_connections' => 10 * 100],
    ]],
];
`,
};

/** The cells of the lines that begin with a key, in the order in which they are printed. */
function cells(lines: readonly string[], key: string): string[][] {
  return lines.map((line) => line.trim().split(/ {2,}/)).filter((row) => row[0] === key).map((row) =>
    row.slice(1)
  );
}

test("every value is printed with the flag, the line or the default that it comes from", async () => {
  const env = { REVERB_DRAIN_SECONDS: "7" };
  const { code, stdout, stderr } = await runResound(["config", "--path", "ws"], { files: FILES, env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  expect(stdout[0]).toBe("Read from .env, config/reverb.php");
  expect(stdout.filter((line) => /^\S/.test(line)).slice(1)).toEqual([
    "Server",
    "Application first",
    "Application 2",
  ]);
  expect(cells(stdout, "host")).toEqual([["127.0.0.1", "config/reverb.php:5 servers.reverb.host"]]);
  expect(cells(stdout, "port")).toEqual([["9001", ".env:4 REVERB_SERVER_PORT"]]);
  expect(cells(stdout, "path")).toEqual([["/ws", "--path"]]);
  expect(cells(stdout, "hostname")).toEqual([["-", "default"]]);
  expect(cells(stdout, "drain_seconds")).toEqual([["7", "environment variable REVERB_DRAIN_SECONDS"]]);
  expect(cells(stdout, "scaling.prefix")).toEqual([["resound:reverb:", "default"]]);
  expect(cells(stdout, "app_id"))
    .toEqual([["first", ".env:1 REVERB_APP_ID"], ["2", "config/reverb.php:10 apps.apps.1.app_id"]]);
  expect(cells(stdout, "allowed_origins"))
    .toEqual([["*", "default"], [
      "a.example, *.b.example",
      "config/reverb.php:11 apps.apps.1.allowed_origins",
    ]]);
  expect(cells(stdout, "max_connections"))
    .toEqual([["-", "default"], ["1000", "config/reverb.php:11 apps.apps.1.max_connections"]]);
});

test("secrets are measured and not shown", async () => {
  const file = `[server.options.tls]\npassphrase = "${SECRET}"\n[server.scaling]\nenabled = true\n` +
    `[server.scaling.server]\npassword = "${REDIS_PASSWORD}"\nurl = "redis://:${REDIS_PASSWORD}@127.0.0.1"\n` +
    `[[apps]]\napp_id = "1"\nkey = "k"\nsecret = "${SECRET}"\n`;
  const { code, stdout, stderr } = await runResound(["config"], { files: { "resound.toml": file } });
  expect(code).toBe(0);
  expect(cells(stdout, "secret")).toEqual([["•••• (29 characters)", "resound.toml:11 apps.0.secret"]]);
  expect(cells(stdout, "scaling.server.password")[0]?.[0]).toBe("•••• (14 characters)");
  const printed = [...stdout, ...stderr].join("\n");
  expect(printed).not.toContain(SECRET);
  expect(printed).not.toContain(REDIS_PASSWORD);
});

test("without any configuration it says that the application will be made up", async () => {
  const { code, stdout } = await runResound(["config"]);
  expect(code).toBe(0);
  expect(stdout[0]).toBe("Read from no file: the environment and defaults");
  expect(stdout).toContain("Application, made up for each run");
  expect(cells(stdout, "secret")).toEqual([["-", "default"]]);
});

test("a configuration that is wrong is refused as at start, every error a line", async () => {
  const env = { REVERB_SERVER_PORT: "eighty", REVERB_SCALING_ENABLED: "perhaps" };
  const { code, stdout, stderr } = await runResound(["config"], { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: [] });
  expect(stderr).toEqual([
    'environment variable REVERB_SERVER_PORT: expected a port from 1 to 65535 (or 0 for any free one), got "eighty"',
    'environment variable REVERB_SCALING_ENABLED: expected true or false, got "perhaps"',
  ]);
});

test.each([
  [["--laravel", "/nonexistent"], "Cannot read the folder /nonexistent: no such folder"],
  [["--config", "missing.toml"], /^Cannot read \/.*\/missing\.toml: no such file$/],
])("%j: a clear line, exit code 2", async (args, line) => {
  const { code, stdout, stderr } = await runResound(["config", ...args]);
  expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: [], lines: 1 });
  expect(stderr[0]).toMatch(line);
});

const APPLICATION = { REVERB_APP_ID: "1", REVERB_APP_KEY: "k", REVERB_APP_SECRET: SECRET };

test("a Redis URL is taken apart, and its password is measured", async () => {
  const url = `rediss://shop:${REDIS_PASSWORD}@redis.test:6380/2?timeout=5`;
  const env = { ...APPLICATION, REVERB_SCALING_ENABLED: "true", REDIS_URL: url, REDIS_HOST: "other" };
  const { code, stdout, stderr } = await runResound(["config"], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
  const source = "environment variable REDIS_URL";
  for (
    const [key, value] of [
      ["scheme", "tls"],
      ["host", "redis.test"],
      ["port", "6380"],
      ["username", "shop"],
      ["password", "•••• (14 characters)"],
      ["database", "2"],
      ["timeout", "5"],
    ] as const
  ) expect([key, cells(stdout, `scaling.server.${key}`)]).toEqual([key, [[value, source]]]);
  expect(stdout.join("\n")).not.toContain(REDIS_PASSWORD);
});

test("a scheme before the host of Redis is shown as the encryption that it means", async () => {
  const env = { ...APPLICATION, REVERB_SCALING_ENABLED: "true", REDIS_HOST: "tls://redis.test" };
  const { stdout } = await runResound(["config"], { env });
  const source = "environment variable REDIS_HOST";
  expect(cells(stdout, "scaling.server.host")).toEqual([["redis.test", source]]);
  expect(cells(stdout, "scaling.server.scheme")).toEqual([["tls", source]]);
});

test.each([
  [
    "a certificate that cannot be read",
    { "resound.toml": '[server.options.tls]\nlocal_cert = "/none.pem"\n' },
    {},
    [
      expect.stringMatching(
        /^Cannot read \/none\.pem \(resound\.toml:2 server\.options\.tls\.local_cert\): /,
      ),
    ],
  ],
  ["workers that cannot be", {}, { REVERB_WORKERS: "2", REVERB_SERVER_HOST: "unix:/tmp/resound-none.sock" }, [
    expect.stringMatching(/^Cannot start 2 workers \(--workers, REVERB_WORKERS\): /),
  ]],
])("it fails where start would: %s", async (_, files, more, lines) => {
  const env = { ...APPLICATION, ...more };
  const { code, stdout, stderr } = await runResound(["config"], { files, env });
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: [], stderr: lines });
  expect((await runResound(["start", "--port", "0"], { files, env })).code).toBe(2);
});

test("--json has the same values and sources, with the warnings", async () => {
  const files = { ...FILES, ".env": `${FILES[".env"]}REVERB_APP_PING_INTERVAL=5\n` };
  const { code, stdout, stderr } = await runResound(["config", "--json", "--path", "ws"], { files });
  const warning =
    ".env:5 REVERB_APP_PING_INTERVAL: has no effect, since config/reverb.php does not ask for it; " +
    "write env('REVERB_APP_PING_INTERVAL') there";
  expect({ code, stderr }).toEqual({ code: 0, stderr: [`Warning: ${warning}`] });
  expect(JSON.parse(stdout.join("\n"))).toMatchObject({
    files: [".env", "config/reverb.php"],
    development: false,
    server: {
      port: { value: 9001, source: ".env:4 REVERB_SERVER_PORT" },
      path: { value: "/ws", source: "--path" },
      hostname: { value: "", source: "default" },
      "metrics.port": { value: null, source: "default" },
    },
    applications: [
      { app_id: { value: "first" }, secret: { value: "•••• (29 characters)" } },
      { allowed_origins: { value: ["a.example", "*.b.example"] } },
    ],
    warnings: [warning],
  });
  expect(stdout.join("\n")).not.toContain(SECRET);
});

test("--json has the errors of a configuration that is wrong", async () => {
  const env = { ...APPLICATION, REVERB_SERVER_PORT: "eighty" };
  const { code, stdout, stderr } = await runResound(["config", "--json"], { env });
  expect({ code, lines: stderr.length }).toEqual({ code: 2, lines: 1 });
  expect(JSON.parse(stdout.join("\n"))).toEqual({ errors: stderr, warnings: [] });
});
