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
