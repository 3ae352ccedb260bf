import { describe, expect, test } from "bun:test";
import { readBroadcasting } from "../../../src/config/laravel/broadcasting-config.ts";
import { CachedConfig } from "../../../src/config/laravel/cached-config.ts";
import { parseEnvFile } from "../../../src/config/sources/env-file.ts";
import { Environment } from "../../../src/config/sources/environment.ts";
import { readExportedNode } from "../../../src/config/sources/exported-node.ts";
import { environmentPlace } from "../../../src/config/sources/setting-source.ts";
import { checkLaravel } from "../../../src/doctor/check-laravel.ts";
import { phpElsewhere } from "../../../src/doctor/check-php-address.ts";
import { reportLine } from "../../../src/doctor/report.ts";
import { applicationConfig } from "../../support/fake-hub.ts";
import { folder, memoryFiles } from "../config/memory-files.ts";

const applications = [applicationConfig({ id: "7", key: "the-key", secret: "the-secret" })];
const RIGHT = "REVERB_APP_ID=7\nREVERB_APP_KEY=the-key\nREVERB_APP_SECRET=the-secret\n";

interface Case {
  readonly env?: string;
  /** The text of config/broadcasting.php. */
  readonly file?: string;
  /** The text of the cached configuration. */
  readonly cache?: string;
}

function broadcastingOf({ env = "", file, cache }: Case) {
  const environment = new Environment({}, parseEnvFile(env, ".env"));
  const root = cache === undefined ? undefined : readExportedNode(cache, "bootstrap/cache/config.php");
  const cached = root?.kind === "table" ? new CachedConfig("bootstrap/cache/config.php", root) : undefined;
  const disk = memoryFiles(file === undefined ? {} : { "config/broadcasting.php": file });
  return { environment, broadcasting: readBroadcasting({ directory: folder, disk, environment, cached }) };
}

function lineOf(given: Case, development = false): string {
  const { environment, broadcasting } = broadcastingOf(given);
  const line = checkLaravel({
    broadcasting,
    applications,
    development,
    variable: (name) => {
      const variable = environment.get(name);
      if (variable === undefined) return undefined;
      return { text: variable.value, place: environmentPlace(name, variable.origin) };
    },
  });
  return reportLine(line).replaceAll(/ {2,}/g, " ");
}

describe("the default connection, by variables alone", () => {
  test.each([
    ["BROADCAST_CONNECTION=reverb", "ok laravel the application broadcasts on the connection reverb."],
    [
      "BROADCAST_DRIVER=reverb\nVITE_REVERB_APP_KEY=the-key",
      "ok laravel the application broadcasts on the connection reverb.",
    ],
    [
      "BROADCAST_CONNECTION=log",
      "BROADCAST_CONNECTION is log: events do not come here. Set BROADCAST_CONNECTION=reverb in .env.",
    ],
    [
      "",
      "BROADCAST_CONNECTION is not set: events do not come here. Set BROADCAST_CONNECTION=reverb in .env.",
    ],
    ["BROADCAST_CONNECTION=null", "is null: events do not come here."],
    [
      "BROADCAST_CONNECTION=revreb",
      "BROADCAST_CONNECTION is revreb, and config/broadcasting.php has no such connection: PHP fails at each event.",
    ],
    [
      "BROADCAST_CONNECTION=pusher",
      "the connection pusher of config/broadcasting.php has no app_id: PHP cannot sign its calls. Set PUSHER_APP_ID in .env.",
    ],
    [
      "BROADCAST_CONNECTION=pusher\nPUSHER_APP_ID=7\nPUSHER_APP_KEY=the-key\nPUSHER_APP_SECRET=the-secret",
      "ok laravel the application broadcasts on the connection pusher.",
    ],
    [
      "BROADCAST_CONNECTION=reverb\nVITE_REVERB_APP_KEY=old",
      "VITE_REVERB_APP_KEY is the key of no application here",
    ],
  ])("%j", (env, expected) => {
    expect(lineOf({ env: `${RIGHT}${env}` })).toContain(expected);
  });
});

const FILE = `<?php return [
  'default' => env('BROADCAST_DRIVER', 'null'),
  'connections' => [
    'live' => ['driver' => 'pusher', 'key' => env('LIVE_KEY', 'the-key'), 'secret' => env('LIVE_SECRET'), 'app_id' => 7],
    'log' => ['driver' => 'log'],
    'quiet' => ['driver' => 'log'],
  ],
];`;

describe("config/broadcasting.php", () => {
  test.each([
    [
      "BROADCAST_DRIVER=live\nLIVE_SECRET=the-secret",
      "ok laravel the application broadcasts on the connection live.",
    ],
    // The variable of newer versions, which this file does not ask for.
    [
      "BROADCAST_CONNECTION=reverb",
      "error laravel BROADCAST_DRIVER is not set: events do not come here. Set BROADCAST_DRIVER=reverb in .env.",
    ],
    ["BROADCAST_DRIVER=quiet", ".env:1 BROADCAST_DRIVER is quiet (the driver log): events do not come here."],
    [
      "BROADCAST_DRIVER=live",
      "the connection live of config/broadcasting.php has no secret: PHP cannot sign its calls. Set LIVE_SECRET in .env.",
    ],
    [
      "BROADCAST_DRIVER=live\nLIVE_SECRET=hunter2",
      ".env:2 LIVE_SECRET is another one than that of application 7 here: PHP's calls are refused. " +
      "Write the same credentials in config/broadcasting.php and config/reverb.php.",
    ],
    [
      "BROADCAST_DRIVER=live\nLIVE_SECRET=the-secret\nLIVE_KEY=k2",
      ".env:3 LIVE_KEY is k2, and application 7 here has the key the-key",
    ],
  ])("%j", (env, expected) => {
    const line = lineOf({ env, file: FILE });
    expect(line).toContain(expected);
    expect(line).not.toMatch(/hunter2|the-secret/);
  });

  test("with an id that no application has", () => {
    expect(lineOf({ env: "BROADCAST_DRIVER=live\nLIVE_SECRET=s", file: FILE.replace("=> 7", "=> 8") }))
      .toContain(
        "config/broadcasting.php:4 connections.live.app_id is 8, and the applications of this server are 7: PHP's calls are refused.",
      );
  });

  test("with a default that asks for no variable", () => {
    expect(lineOf({ file: FILE.replace("env('BROADCAST_DRIVER', 'null')", "'log'") })).toContain(
      "config/broadcasting.php:2 default is log: events do not come here. " +
        "Set 'default' => env('BROADCAST_CONNECTION', 'reverb') in config/broadcasting.php.",
    );
  });

  test("without a connection reverb, as before Reverb", () => {
    expect(lineOf({ env: "BROADCAST_DRIVER=reverb", file: FILE.replace("'live'", "'other'") })).toMatch(
      // The framework's stock file completes the connections.
      /the connection reverb of config\/broadcasting\.php has no app_id/,
    );
  });

  test("beside a made-up application nothing is compared", () => {
    expect(lineOf({ env: "BROADCAST_DRIVER=live", file: FILE }, true)).toStartWith("ok");
  });
});

test("the cached configuration counts before .env", () => {
  const cache =
    "<?php return ['broadcasting' => ['default' => 'log', 'connections' => ['log' => ['driver' => 'log']]]];";
  const line = lineOf({ env: `${RIGHT}BROADCAST_CONNECTION=reverb`, cache });
  expect(line).toMatch(
    /^error laravel bootstrap\/cache\/config\.php\S* broadcasting\.default is log: events do not come here\. .*php artisan config:cache/,
  );
});

describe("the address that PHP calls", () => {
  const options = (text: string): string =>
    `<?php return ['default' => 'reverb', 'connections' => ['reverb' => ['driver' => 'reverb', 'options' => [${text}]]]];`;
  const publicAddress = {
    host: "ws.example",
    written: "ws.example",
    port: 443,
    scheme: "https",
    place: undefined,
    errors: [],
  } as const;

  test.each<[string, string | undefined]>([
    ["'host' => 'ws.example', 'port' => 443, 'scheme' => 'https', 'useTLS' => true", undefined],
    ["'host' => 'https://WS.example', 'useTLS' => true", undefined],
    ["'host' => '127.0.0.1', 'port' => '8080', 'scheme' => 'http'", "http 127.0.0.1 8080"],
    ["'host' => 'ws.example'", "http ws.example 80"],
    [
      "'host' => 'ws.example', 'port' => 443, 'scheme' => 'https', 'path' => '/ws'",
      "https ws.example 443/ws",
    ],
    ["'port' => 443", undefined],
  ])("%s is compared with the public one", (text, expected) => {
    const { broadcasting } = broadcastingOf({ file: options(text) });
    const found = phpElsewhere(broadcasting.address, publicAddress, "");
    expect(found && `${found.scheme} ${found.host} ${found.port}${found.path}`).toBe(expected);
  });

  test("without config/broadcasting.php the prefix of routes is not compared", () => {
    const { broadcasting } = broadcastingOf({
      env: "BROADCAST_CONNECTION=reverb\nREVERB_HOST=ws.example",
    });
    expect(phpElsewhere(broadcasting.address, publicAddress, "/ws")).toBeUndefined();
  });
});
