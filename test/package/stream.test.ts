import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StreamKeys } from "../../src/redis/stream-keys.ts";
import { LaravelApplication } from "../laravel/laravel-application.ts";
import { fetchLaravel } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";
import { ApiClient } from "../support/api-client.ts";
import { eventually } from "../support/eventually.ts";
import { Peer } from "../support/peer.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { requirePackage } from "./install-package.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string"
  ? packages
  : HAS_REDIS
  ? lacksPhpExtension("curl", "redis")
  : NO_REDIS;
const skip = skipWhen(missing !== undefined, `the connection resound-stream of resound/laravel: ${missing}`);

const EVENTS = `<?php

namespace App\\Events;

use Illuminate\\Broadcasting\\Channel;
use Illuminate\\Broadcasting\\InteractsWithSockets;
use Illuminate\\Broadcasting\\PrivateChannel;
use Illuminate\\Contracts\\Broadcasting\\ShouldBroadcast;
use Illuminate\\Contracts\\Broadcasting\\ShouldBroadcastNow;
use Resound\\Contracts\\HasIdempotencyKey;

class Sent implements ShouldBroadcast
{
    use InteractsWithSockets;
    public function __construct(public int $number) {}
    public function broadcastOn(): array { return [new Channel('news')]; }
    public function broadcastAs(): string { return 'sent'; }
}
class SentNow extends Sent implements ShouldBroadcastNow {}
class SentOnce extends SentNow implements HasIdempotencyKey
{
    public function idempotencyKey(): string { return "sent-{$this->number}"; }
}
class SentToMany extends SentNow
{
    public function broadcastOn(): array
    {
        return [...array_map(fn (int $n) => new Channel("c{$n}"), range(1, 30)), new Channel('news')];
    }
}
class SentSecretly extends SentNow
{
    public function broadcastOn(): array { return [new PrivateChannel('encrypted-safe')]; }
}
`;

/** Sends what the code says, so many times. */
const COMMANDS = `
require_once app_path('Events/Sent.php');
Artisan::command('send {code}', function (string $code) {
    eval("{$code};");
    $this->output->write('done');
});
`;

let application: LaravelApplication, server: RunningServer, redis: RedisServer;

const start = async (): Promise<void> => {
  server = await startServer({ directory: application.directory });
  await server.output.waitFor(/Reads the event streams/);
  application.append(".env", `REVERB_PORT=${server.port}\n`);
};

beforeAll(async () => {
  if (skip || typeof packages === "string") return;
  redis = await startRedis();
  application = new LaravelApplication(packages, {
    ...redis.env,
    BROADCAST_CONNECTION: "resound-stream",
    REVERB_STREAM_ENABLED: "true",
    REVERB_STREAM_START_DELAY: "0",
    // What was delivered can be read, also where it came before any client.
    REVERB_APP_RECOVERY_ENABLED: "true",
    REVERB_APP_RECOVERY_HISTORY: "*:1000:600",
  });
  requirePackage(application, packages);
  application.write("app/Events/Sent.php", EVENTS);
  application.append("routes/console.php", COMMANDS);
  await start();
});

afterAll(async () => {
  if (skip) return;
  await server?.stop();
  await redis?.[Symbol.asyncDispose]();
});

async function send(code: string): Promise<void> {
  const { output } = await application.artisan("send", code);
  expect(output).toBe("done");
}

/** The numbers of the events of a channel that the server has delivered. */
async function delivered(channel = "news"): Promise<number[]> {
  const { text } = await new ApiClient(server).get(`/channels/${channel}/history`, { limit: "1000" });
  const { events } = JSON.parse(text) as { readonly events: readonly { readonly data: string }[] };
  return events.map(({ data }) => (JSON.parse(data) as { readonly number: number }).number);
}

const waiting = async (): Promise<number> => {
  const keys = Array.from({ length: 16 }, (_, stream) => new StreamKeys("resound:reverb:").entries(stream));
  return (await Promise.all(keys.map((key) => redis.command("XLEN", key)))).reduce(
    (sum: number, each) => sum + Number(each),
    0,
  );
};

const log = (): string => {
  const file = join(application.directory, "storage/logs/laravel.log");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

test.skipIf(skip)(
  "events go through Redis, queued and at once: in order, to others, once, to many and encrypted",
  async () => {
    await using ann = await Peer.subscribed(server, "news");
    await using bob = await Peer.subscribed(server, "news");
    await using carl = await Peer.subscribed(server, "private-encrypted-safe");
    const other =
      `broadcast((function () { $e = new App\\Events\\SentNow(3); $e->socket = '${ann.id}'; return $e; })())`;
    await send(
      `for ($n = 0; $n < 3; $n++) { event($n % 2 ? new App\\Events\\SentNow($n) : new App\\Events\\Sent($n)); } ${other};
    event(new App\\Events\\SentOnce(4)); event(new App\\Events\\SentOnce(4));
    app('redis')->client()->rawCommand('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    event(new App\\Events\\SentToMany(5)); event(new App\\Events\\SentSecretly(6))`,
    );
    const numbers = async (peer: Peer, count: number): Promise<unknown[]> => {
      const seen: unknown[] = [];
      while (seen.length < count) {
        seen.push(
          (JSON.parse(String((await peer.nextEvent("sent")).data)) as { number: number }).number,
        );
      }
      return seen;
    };
    expect(await numbers(ann, 5)).toEqual([0, 1, 2, 4, 5]);
    expect(await numbers(bob, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    // Its data is encrypted as over HTTP.
    expect(String((await carl.nextEvent("sent")).data)).toContain("ciphertext");
    for (const channel of ["c1", "c17", "c30"]) {
      expect(
        await eventually(() => delivered(channel), (all) => all.length > 0),
      ).toEqual([5]);
    }
    expect(log()).toBe("");
    await eventually(waiting, (count) => count === 0);
  },
);

test.skipIf(skip)("an event waits for a server that is down, and comes in order", async () => {
  await server.stop();
  await send("for ($n = 100; $n < 150; $n++) { event(new App\\Events\\SentNow($n)); }");
  expect(await waiting()).toBe(50);
  await start();
  await send("event(new App\\Events\\Sent(150))");
  await eventually(delivered, (all) => all.at(-1) === 150);
  const expected = Array.from({ length: 51 }, (_, index) => 100 + index);
  expect((await delivered()).filter((number) => number >= 100)).toEqual(expected);
});

test.skipIf(skip)(
  "a stream that is full, and a Redis that is away, lead to HTTP, and the log says so once",
  async () => {
    application.append(".env", "RESOUND_STREAM_MAX_LENGTH=0\n");
    await send("foreach ([200, 201] as $n) { event(new App\\Events\\SentNow($n)); }");
    expect((await delivered()).slice(-2)).toEqual([200, 201]);
    expect(log().match(/WARNING: .*/g)).toEqual([
      expect.stringMatching(
        /over HTTP and not through its streams, since the stream resound:reverb:stream:\{\d+\}:entries is full/,
      ),
    ]);
    application.append(".env", "RESOUND_STREAM_MAX_LENGTH=100\n");
    await redis.stop();
    await send("foreach ([202, 203] as $n) { event(new App\\Events\\SentNow($n)); }");
    expect((await delivered()).slice(-2)).toEqual([202, 203]);
    expect(log().match(/WARNING: .*/g)).toHaveLength(1);
  },
);
