import { describe, expect, test } from "bun:test";
import { load, refusal } from "../memory-files.ts";

const pusher = {
  PUSHER_APP_ID: "42",
  PUSHER_APP_KEY: "key",
  PUSHER_APP_SECRET: "secret",
  PUSHER_HOST: "ws.shop.example",
  PUSHER_PORT: "443",
  PUSHER_SCHEME: "https",
  BROADCAST_CONNECTION: "pusher",
};

describe("Laravel's variables of Pusher", () => {
  test("are the application; the server keeps its own settings", () => {
    const { applications, server, from, warnings } = load({
      env: { ...pusher, REVERB_SERVER_PORT: "8085" },
      from: "pusher",
    });
    expect(applications).toHaveLength(1);
    expect(applications[0]).toMatchObject({
      id: "42",
      key: "key",
      secret: "secret",
      acceptClientEventsFrom: "members",
    });
    expect(server.port).toBe(8085);
    expect(from).toBe("pusher");
    expect(warnings).toEqual([]);
  });

  test("name the port to listen on where clients come without TLS", () => {
    const direct = { ...pusher, PUSHER_PORT: "6001", PUSHER_SCHEME: "http" };
    expect(load({ env: direct, from: "pusher" }).server.port).toBe(6001);
    expect(load({ env: { ...direct, REVERB_SERVER_PORT: "9000" }, from: "pusher" }).server.port).toBe(9000);
    expect(load({ env: pusher, from: "pusher" }).server.port).toBe(8080);
  });

  test("warn where Laravel would send its events elsewhere", () => {
    const { PUSHER_HOST: _, ...hosted } = pusher;
    const { warnings } = load({ env: { ...hosted, BROADCAST_CONNECTION: "log" }, from: "pusher" });
    expect(warnings).toEqual([
      "PUSHER_HOST is not set, so that Laravel sends its events to Pusher; set PUSHER_HOST, PUSHER_PORT and PUSHER_SCHEME to this " +
      "server's address",
      'environment variable BROADCAST_CONNECTION: is "log", so that Laravel does not use its connection pusher; set it to pusher',
    ]);
  });

  test("are not read beside an application of Reverb's", () => {
    const own = { REVERB_APP_ID: "1", REVERB_APP_KEY: "k", REVERB_APP_SECRET: "s" };
    const { applications, warnings } = load({ env: { ...pusher, ...own }, from: "pusher" });
    expect(applications[0]?.id).toBe("1");
    expect(warnings[0]).toStartWith("--from pusher: has no effect, since REVERB_APP_ID configures");
  });

  test("that are missing are named", () => {
    expect(refusal({ env: { PUSHER_APP_KEY: "k" }, from: "pusher" })).toEqual([
      "--from pusher: PUSHER_APP_ID, PUSHER_APP_SECRET are not set; expected PUSHER_APP_ID, PUSHER_APP_KEY and PUSHER_APP_SECRET in " +
      ".env or the environment, or a config/websockets.php",
    ]);
  });
});

describe("laravel-websockets", () => {
  const php = `<?php
    use BeyondCode\\LaravelWebSockets\\Dashboard\\Http\\Middleware\\Authorize;
    return [
      'dashboard' => ['port' => env('LARAVEL_WEBSOCKETS_PORT', 6001)],
      'apps' => [[
        'id' => env('PUSHER_APP_ID'), 'name' => env('APP_NAME'), 'key' => env('PUSHER_APP_KEY'),
        'secret' => env('PUSHER_APP_SECRET'), 'path' => env('PUSHER_APP_PATH'), 'capacity' => 50,
        'enable_client_messages' => false, 'enable_statistics' => true,
      ]],
      'app_provider' => BeyondCode\\LaravelWebSockets\\Apps\\ConfigAppProvider::class,
      'allowed_origins' => ['shop.example'],
      'max_request_size_in_kb' => 250,
      'path' => 'laravel-websockets',
      'middleware' => ['web', Authorize::class],
      'statistics' => ['interval_in_seconds' => 60],
      'ssl' => ['local_cert' => env('CERT', null), 'local_pk' => null, 'passphrase' => null,
        'verify_peer' => env('APP_ENV') === 'production', 'allow_self_signed' => app()->isLocal()],
    ];`;

  test("has its config file read in place of the variables", () => {
    const { applications, server, files, warnings } = load({
      env: pusher,
      contents: { "config/websockets.php": php },
      from: "pusher",
    });
    expect(server).toMatchObject({ port: 6001, maxRequestSize: 256_000, tls: {} });
    expect(applications[0]).toMatchObject({
      id: "42",
      key: "key",
      secret: "secret",
      maxConnections: 50,
      acceptClientEventsFrom: "none",
      allowedOrigins: ["shop.example"],
    });
    expect(files).toEqual(["config/websockets.php"]);
    expect(warnings).toEqual([
      "config/websockets.php:15 statistics: has no counterpart here: figures are served for Prometheus (metrics.port), and shown by " +
      "the dashboard",
    ]);
  });
});
