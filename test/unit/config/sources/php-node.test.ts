import { describe, expect, test } from "bun:test";
import { errorOf, load, refusal, refusalOf } from "../memory-files.ts";

/** Laravel's layout with the variables that matter here; `server` and `app` stand in the middle of their arrays. */
function reverb({ server = "", app = "", provider = "'config'" } = {}): string {
  return `<?php

return [
    'default' => env('REVERB_SERVER', 'reverb'),
    'servers' => [
        'reverb' => [
            'host' => env('REVERB_SERVER_HOST', '0.0.0.0'),
            'port' => env('REVERB_SERVER_PORT', 8080),
            'hostname' => env('REVERB_HOST'),
            'options' => ['tls' => ['local_cert' => env('CERT'), 'verify_peer' => false]],
            'max_request_size' => 10_000 * 2,
            ${server}
        ],
    ],
    'apps' => [
        'provider' => ${provider},
        'apps' => [
            [
                'key' => env('REVERB_APP_KEY'),
                'secret' => env('REVERB_APP_SECRET'),
                'app_id' => env('REVERB_APP_ID'),
                'options' => ['host' => env('REVERB_HOST'), 'port' => env('REVERB_PORT', 443)],
                ${app}
            ],
        ],
    ],
];
`;
}

const env = "REVERB_APP_ID=1\nREVERB_APP_KEY=k\nREVERB_APP_SECRET=s\n";

describe("config/reverb.php", () => {
  test("is read with the environment that it asks for", () => {
    const contents = {
      "config/reverb.php": reverb(),
      ".env": `${env}REVERB_SERVER_PORT=9000\nREVERB_HOST=a.test`,
    };
    const config = load({ contents });
    expect(config.files).toEqual([".env", "config/reverb.php"]);
    expect(config.warnings).toEqual([]);
    expect(config.server).toMatchObject({ port: 9000, hostname: "a.test", maxRequestSize: 20_000 });
    expect(config.applications).toMatchObject([{ id: "1", key: "k", secret: "s" }]);
  });

  test("Laravel's variables count only where it asks for them, ours always", () => {
    const contents = { "config/reverb.php": reverb(), ".env": env };
    const config = load({
      contents,
      env: {
        REVERB_SERVER_PATH: "/x",
        REVERB_APP_PING_INTERVAL: "7",
        REVERB_DRAIN_SECONDS: "7",
        REVERB_APP_SUBSCRIPTION_COUNT: "true",
      },
    });
    expect(config.server).toMatchObject({ path: "", drainSeconds: 7 });
    expect(config.applications).toMatchObject([{ pingInterval: 60, subscriptionCount: true }]);
  });

  test("a setting of ours that it does write comes before the variable", () => {
    const contents = { "config/reverb.php": reverb({ server: "'drain_seconds' => 5," }), ".env": env };
    expect(load({ contents, env: { REVERB_DRAIN_SECONDS: "7" } }).server.drainSeconds).toBe(5);
  });

  test("TLS options pass through, without those that are null", () => {
    const contents = { "config/reverb.php": reverb(), ".env": env };
    expect(load({ contents }).server.tls).toEqual({ verify_peer: false });
    expect(load({ contents, env: { CERT: "/c.pem" } }).server.tls).toEqual({
      local_cert: "/c.pem",
      verify_peer: false,
    });
  });

  const senders: readonly [sentence: string, line: string, expected: "all" | "members" | "none"][] = [
    ["an application without accept_client_events_from accepts from all, as for Reverb", "", "all"],
    ["null is no value either", "'accept_client_events_from' => null,", "all"],
    ["an empty text means none, as for Reverb", "'accept_client_events_from' => '',", "none"],
    ["false means none, as for Reverb", "'accept_client_events_from' => false,", "none"],
    ["a written word counts", "'accept_client_events_from' => 'members',", "members"],
  ];
  for (const [sentence, app, expected] of senders) {
    test(sentence, () => {
      const contents = { "config/reverb.php": reverb({ app }), ".env": env };
      expect(load({ contents }).applications[0]?.acceptClientEventsFrom).toBe(expected);
    });
  }

  test("a wrong value is named where it can be mended: at its variable, or else at its line", () => {
    const server = "'scaling' => ['enabled' => 'perhaps'],";
    const contents = {
      "config/reverb.php": reverb({ server, app: "'ping_interval' => 0," }),
      ".env": `${env}REVERB_SERVER_PORT=eighty`,
    };
    expect(refusal({ contents })).toEqual([
      '.env:4 REVERB_SERVER_PORT: expected a port from 1 to 65535 (or 0 for any free one), got "eighty"',
      'config/reverb.php:12 servers.reverb.scaling.enabled: expected true or false, got "perhaps"',
      "config/reverb.php:23 apps.apps.0.ping_interval: expected a whole number of seconds from 1 to 86400, got 0",
    ]);
  });

  test("a value computed from a variable is named with its own place and the variable's name", () => {
    const app = "'ping_interval' => json_decode(env('JSON'), true)['ping'],";
    const contents = { "config/reverb.php": reverb({ app }), ".env": `${env}JSON='{"ping":0}'` };
    expect(refusal({ contents })).toEqual([
      "config/reverb.php:23 apps.apps.0.ping_interval (from JSON): expected a whole number of seconds from 1 to 86400, got 0",
    ]);
  });

  test("an unknown key is named at its place, and not at that of its value's variable", () => {
    const app = "'ping_intervall' => env('PING', 5),";
    const contents = { "config/reverb.php": reverb({ app }), ".env": `${env}PING=7` };
    expect(load({ contents }).warnings).toEqual([
      'config/reverb.php:23 apps.apps.0.ping_intervall: the key "ping_intervall" is unknown and ignored; did you mean "ping_interval"?',
    ]);
  });

  test("an error comes with the warnings that may explain it", () => {
    const entry = "<?php return ['apps' => ['apps' => [\n['id' => '1', 'key' => 'k', 'secret' => 's']]]];";
    const read = (): unknown => load({ contents: { "config/reverb.php": entry } });
    expect(refusalOf(read)).toEqual([
      "config/reverb.php:2 apps.apps.0.app_id: missing; every application needs one",
    ]);
    expect(errorOf(read).warnings).toEqual([
      'config/reverb.php:2 apps.apps.0.id: the key "id" is unknown and ignored; did you mean "app_id"?',
    ]);
  });

  test("credentials that are only partly set are named with the variable to set", () => {
    const contents = { "config/reverb.php": reverb(), ".env": "REVERB_APP_KEY=k\nREVERB_APP_SECRET=" };
    expect(refusal({ contents })).toEqual([
      "config/reverb.php:21 apps.apps.0.app_id: expected a value, got none; set REVERB_APP_ID in .env or the environment",
      ".env:2 REVERB_APP_SECRET: expected a value, got none; set REVERB_APP_SECRET in .env or the environment",
    ]);
  });

  test("without any credentials it serves a made-up application, but not in production", () => {
    const contents = { "config/reverb.php": reverb({ app: "'allowed_origins' => ['a.test']," }) };
    expect(load({ contents })).toMatchObject({
      development: true,
      applications: [{ allowedOrigins: ["*"] }],
    });
    expect(refusal({ contents, env: { APP_ENV: "production" } })).toHaveLength(1);
  });

  test("a provider that is not known is refused", () => {
    const contents = { "config/reverb.php": reverb({ provider: "'eloquent'" }), ".env": env };
    expect(refusal({ contents })).toEqual([
      'config/reverb.php:16 apps.provider: expected one of config, database, http, got "eloquent"',
    ]);
  });

  test("a server that is not there is refused", () => {
    const contents = { "config/reverb.php": reverb(), ".env": env };
    expect(refusal({ contents, env: { REVERB_SERVER: "other" } })).toEqual([
      'environment variable REVERB_SERVER: expected the name of one of the servers, got "other"',
    ]);
  });

  test("origins may be computed from a variable", () => {
    const app =
      "'allowed_origins' => array_filter(explode(',', env('ORIGINS', '')), fn ($o) => $o !== 'b.com'),";
    const contents = { "config/reverb.php": reverb({ app }), ".env": `${env}ORIGINS=a.com,b.com,c.com` };
    expect(load({ contents }).applications[0]?.allowedOrigins).toEqual(["a.com", "c.com"]);
  });

  test("code that is not understood is named with its line", () => {
    const contents = { "config/reverb.php": "<?php\n\nreturn ['default' => shell_exec('id')];" };
    const messages = refusal({ contents });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toStartWith('config/reverb.php:3 default: call to "shell_exec()" is not supported. ');
  });

  test("a file that returns no array is refused", () => {
    expect(refusal({ contents: { "config/reverb.php": "<?php return 'x';" } })).toEqual([
      'config/reverb.php: expected the file to return an array with "servers" and "apps"',
    ]);
  });
});
