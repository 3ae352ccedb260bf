import { afterAll, beforeAll, expect, test } from "bun:test";
import { LaravelApplication } from "../laravel/laravel-application.ts";
import { fetchLaravel } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";
import { Peer } from "../support/peer.ts";
import { skipWhen } from "../support/skip-when.ts";
import { connect } from "../support/socket-client.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { requirePackage } from "./install-package.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl", "pdo_sqlite");
const skip = skipWhen(missing !== undefined, `the broadcaster of resound/laravel: ${missing}`);

/** An event with a key, for the queue or for at once. */
const EVENTS = `<?php

namespace App\\Events;

use Illuminate\\Broadcasting\\Channel;
use Illuminate\\Contracts\\Broadcasting\\ShouldBroadcast;
use Illuminate\\Contracts\\Broadcasting\\ShouldBroadcastNow;
use Illuminate\\Contracts\\Queue\\ShouldBeUnique;
use Resound\\Contracts\\HasIdempotencyKey;

class Paid implements HasIdempotencyKey, ShouldBroadcast
{
    public function __construct(public int $order) {}
    public function broadcastOn(): Channel { return new Channel('orders'); }
    public function broadcastAs(): string { return 'paid'; }
    public function idempotencyKey(): string { return "paid-{$this->order}"; }
}
class PaidNow extends Paid implements ShouldBroadcastNow {}
class PaidUnique extends Paid implements ShouldBeUnique {}
class Unpaid implements ShouldBroadcast
{
    public function __construct(public int $order) {}
    public function broadcastOn(): Channel { return new Channel('orders'); }
    public function broadcastAs(): string { return 'unpaid'; }
}
`;

/** Runs PHP that a test gives, and prints what it returns. */
const COMMANDS = `
require_once app_path('Events/Paid.php');
Artisan::command('run {code}', function (string $code) {
    $broadcaster = \\Illuminate\\Support\\Facades\\Broadcast::connection('reverb');
    try {
        $this->output->write(json_encode(eval("return {$code};")));
    } catch (\\Illuminate\\Broadcasting\\BroadcastException $e) {
        $this->output->write(json_encode(['error' => $e->getMessage()]));
    }
});
`;

let application: LaravelApplication, server: RunningServer;

beforeAll(async () => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages, {
    REVERB_APP_RECOVERY_ENABLED: "true",
    REVERB_APP_RECOVERY_HISTORY: "orders:10:60",
  });
  requirePackage(application, packages);
  application.write("app/Events/Paid.php", EVENTS);
  application.append("routes/console.php", COMMANDS);
  server = await startServer({ directory: application.directory });
  application.append(".env", `REVERB_PORT=${server.port}\n`);
});

afterAll(async () => void await server?.stop());

/** What PHP code gives in the application. */
async function run(code: string): Promise<unknown> {
  const { output } = await application.artisan("run", code);
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(output);
  }
}

test.skipIf(skip)("an event with a key is delivered once, queued, at once, or unique", async () => {
  await using client = await connect(server);
  await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "orders" } });
  await client.next();
  const dispatch = (...events: readonly string[]): string =>
    `[${events.map((event) => `event(new App\\Events\\${event})`).join(", ")}]`;
  await run(
    dispatch("Paid(1)", "Paid(1)", "PaidNow(1)", "PaidUnique(1)", "Paid(2)", "Unpaid(1)", "Unpaid(1)"),
  );
  const received: unknown[] = [];
  while (received.length < 4) received.push(JSON.parse(await client.next()));
  expect(received).toEqual([
    { event: "paid", channel: "orders", data: '{"order":1}' },
    { event: "paid", channel: "orders", data: '{"order":2}' },
    { event: "unpaid", channel: "orders", data: '{"order":1}' },
    { event: "unpaid", channel: "orders", data: '{"order":1}' },
  ]);
  await client.expectSilence();
});

test.skipIf(skip)("history() has the last events of a channel, and those behind a position", async () => {
  await run("event(new App\\Events\\Paid(3))");
  const all = await run("$broadcaster->history('orders')") as {
    events: { name: string; data: string; position: string }[];
    position: string;
    complete: boolean;
  };
  expect(all.events.at(-1)).toMatchObject({ name: "paid", data: '{"order":3}', position: all.position });
  expect(await run(`$broadcaster->history('orders', since: '${all.position}')`)).toEqual({
    events: [],
    position: all.position,
    complete: true,
  });
  expect(await run("$broadcaster->history('other')")).toMatchObject({
    error: expect.stringContaining("No history is kept of this channel"),
  });
});

test.skipIf(skip)(
  "presence() names the users of a channel, and terminate() ends their connections",
  async () => {
    await using ann = await Peer.connect(server);
    await ann.subscribeSigned("presence-room", '{"user_id":"7"}');
    expect(await run("[$broadcaster->presence('room'), $broadcaster->presence('presence-room')]")).toEqual([
      ["7"],
      ["7"],
    ]);
    await ann.signIn('{"id":"7"}');
    expect(await run("$broadcaster->unsubscribe(App\\User::find('7'), 'presence-*')")).toBeNull();
    expect((await ann.nextEvent("pusher:subscription_error")).channel).toBe("presence-room");
    await using bob = await Peer.connect(server);
    expect(await run(`$broadcaster->close('${bob.id}')`)).toBeNull();
    expect(await bob.closed).toMatchObject({ code: 4009 });
    expect(await run("$broadcaster->terminate(App\\User::find('7'))")).toBeNull();
    expect(await ann.closed).toMatchObject({ code: 4009 });
  },
);
