import { expect, test } from "bun:test";
import { join } from "node:path";
import { ApiClient } from "../../support/api-client.ts";
import { connect, socketPath } from "../../support/socket-client.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { APPLICATION_ENV, folderWith, runResound, withoutTime } from "../../support/run-resound.ts";

/** As Laravel's stock file has it, as far as it concerns us, with a second application and a wish of its own. */
const REVERB_PHP = String.raw`<?php

use Illuminate\Support\Str;

return [
    'default' => env('REVERB_SERVER', 'reverb'),
    'servers' => [
        'reverb' => [
            'host' => env('REVERB_SERVER_HOST', '0.0.0.0'),
            'port' => env('REVERB_SERVER_PORT', 8080),
            'path' => env('REVERB_SERVER_PATH', ''),
            'hostname' => env('REVERB_HOST'),
            'options' => ['tls' => []],
            'max_request_size' => env('REVERB_MAX_REQUEST_SIZE', 10_000),
            'scaling' => [
                'enabled' => env('REVERB_SCALING_ENABLED', false),
                'channel' => env('REVERB_SCALING_CHANNEL', 'reverb'),
            ],
            'pulse_ingest_interval' => env('REVERB_PULSE_INGEST_INTERVAL', 15),
            'telescope_ingest_interval' => env('REVERB_TELESCOPE_INGEST_INTERVAL', 15),
        ],
    ],
    'apps' => [
        'provider' => 'config',
        'apps' => [
            [
                'key' => env('REVERB_APP_KEY'),
                'secret' => env('REVERB_APP_SECRET'),
                'app_id' => env('REVERB_APP_ID'),
                'options' => [
                    'host' => env('REVERB_HOST'),
                    'port' => env('REVERB_PORT', 443),
                    'scheme' => env('REVERB_SCHEME', 'https'),
                    'useTLS' => env('REVERB_SCHEME', 'https') === 'https',
                ],
                'allowed_origins' => ['*'],
                'ping_interval' => env('REVERB_APP_PING_INTERVAL', 60),
                'activity_timeout' => env('REVERB_APP_ACTIVITY_TIMEOUT', 30),
                'max_connections' => env('REVERB_APP_MAX_CONNECTIONS'),
                'max_message_size' => env('REVERB_APP_MAX_MESSAGE_SIZE', 10_000),
                'accept_client_events_from' => env('REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM', 'members'),
                'rate_limiting' => ['enabled' => env('REVERB_APP_RATE_LIMITING_ENABLED', false)],
            ],
            [
                'app_id' => 'second', 'key' => 'second-key', 'secret' => 'second-secret',
                'activity_timeout' => 7 * 3,
            ],
        ],
    ],
];
`;

const DOTENV =
  'APP_NAME=Laravel\nREVERB_APP_ID=first\nREVERB_APP_KEY=first-key\nREVERB_APP_SECRET="first-secret"\n' +
  "REVERB_SERVER_PATH=ws\nREVERB_APP_ACTIVITY_TIMEOUT=11\n";
const LARAVEL = { ".env": DOTENV, "config/reverb.php": REVERB_PHP, "artisan": "<?php\n" };
const FIRST = { id: "first", key: "first-key", secret: "first-secret" };
const SECOND = { id: "second", key: "second-key", secret: "second-secret" };

const TOML = `
[server]
path = "/toml"
max_request_size = 60

[[apps]]
app_id = "first"
key = "first-key"
secret = "first-secret"
activity_timeout = 11

[[apps]]
app_id = "second"
key = "second-key"
secret = "second-secret"
activity_timeout = 21
`;

/** Takes away the application that the harness would configure. */
const NOTHING = { REVERB_APP_ID: undefined, REVERB_APP_KEY: undefined, REVERB_APP_SECRET: undefined };

/** Both applications are there, each with its own settings, below the prefix. */
async function expectBoth(server: RunningServer, prefix: string): Promise<void> {
  for (const [application, timeout] of [[FIRST, 11], [SECOND, 21]] as const) {
    const api = new ApiClient(server, application, prefix);
    expect((await api.get("/connections")).text).toBe('{"connections":0}');
    const client = await connect(server, { path: prefix + socketPath(application.key) });
    expect(await client.next()).toEndWith(String.raw`\"activity_timeout\":${timeout}}"}`);
    await client.close();
  }
}

test("in a Laravel folder .env and config/reverb.php are read", async () => {
  await using server = await startServer({ files: LARAVEL });
  await server.output.waitFor(/^Configured by \.env, config\/reverb\.php$/);
  await expectBoth(server, "/ws");
});

test("--laravel names the folder of the application", async () => {
  await using server = await startServer({ args: ["--laravel", folderWith(LARAVEL)], env: NOTHING });
  await server.output.waitFor(/^Configured by \.env, config\/reverb\.php$/);
  await expectBoth(server, "/ws");
});

test("resound.toml is read where there is no Laravel", async () => {
  await using server = await startServer({ files: { "resound.toml": TOML }, env: NOTHING });
  await server.output.waitFor(/^Configured by resound\.toml$/);
  await expectBoth(server, "/toml");
  const answer = await new ApiClient(server, FIRST, "/toml").trigger("a", "e", "x".repeat(60));
  expect(answer.text).toContain("the limit is 60 ");
});

test("a name in another script is transliterated as Laravel does it", async () => {
  await using server = await startServer({
    files: {
      ".env": DOTENV.replace("APP_NAME=Laravel", 'APP_NAME="Магазин Größe"'),
      "config/reverb.php": REVERB_PHP.replace(
        "env('REVERB_SERVER_PATH', '')",
        "Str::slug(env('APP_NAME'), '_')",
      ),
    },
  });
  await expectBoth(server, "/magazin_grosse");
});

test.each([["other.toml", TOML, "/toml"], ["other.php", REVERB_PHP, "/ws"]])(
  "--config reads %s in place of the folder's own",
  async (name, text, prefix) => {
    const file = join(folderWith({ [name]: text }), name);
    await using server = await startServer({
      args: ["--config", file],
      files: { ".env": DOTENV, "resound.toml": "[[apps]]\napp_id = 5\n" },
      env: { REVERB_SERVER_PATH: prefix },
    });
    await server.output.waitFor(/^Configured by \.env, .*other\.(toml|php)$/);
    await expectBoth(server, prefix);
  },
);

test("a flag wins over the file", async () => {
  await using server = await startServer({
    args: ["--path", "/flag"],
    files: { "resound.toml": TOML },
    env: NOTHING,
  });
  await expectBoth(server, "/flag");
});

test.each([
  ["resound.toml", TOML.replace("60", "'many'"), [
    'error   resound.toml:4 server.max_request_size: expected a number of bytes from 1 to 1073741824, got "many"',
  ]],
  ["config/reverb.php", "<?php\nreturn [\n  'servers' => ;\n];\n", [
    "error   Cannot read config/reverb.php:3: syntax error, unexpected ';'",
  ]],
  ["resound.toml", '[[apps]]\nid = "1"\nkey = "k"\nsecret = "s"\n', [
    "error   resound.toml:1 apps.0.app_id: missing; every application needs one",
    'warning resound.toml:2 apps.0.id: the key "id" is unknown and ignored; did you mean "app_id"?',
  ]],
])("a mistake in %s is reported with its place, and ends the start with 2", async (name, text, lines) => {
  const { code, stdout, stderr } = await runResound([], { files: { [name]: text }, env: APPLICATION_ENV });
  expect({ code, stdout, stderr: stderr.map(withoutTime) }).toEqual({ code: 2, stdout: [], stderr: lines });
});

test.each([["missing.toml", "Cannot read "], [
  "config.yaml",
  "--config: expected a .php or .toml file, got ",
]])(
  "--config %s is refused with 2",
  async (name, beginning) => {
    const { code, stdout, stderr } = await runResound(["--config", name], { env: APPLICATION_ENV });
    expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: [], lines: 1 });
    expect(withoutTime(stderr[0])).toStartWith(`error   ${beginning}`);
    expect(stderr[0]).toContain(name);
  },
);
