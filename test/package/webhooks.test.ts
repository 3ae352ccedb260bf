import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WEBHOOK_EVENTS } from "../../src/config/kinds/webhook-event-name.ts";
import { sampleEvent } from "../../src/webhooks/sample-event.ts";
import { signedRequest, webhookBody } from "../../src/webhooks/signed-request.ts";
import { LaravelApplication, type ServedApplication } from "../laravel/laravel-application.ts";
import { fetchLaravel } from "../laravel/laravel-packages.ts";
import { lacksPhpExtension } from "../laravel/php-extensions.ts";
import { eventually } from "../support/eventually.ts";
import { Peer } from "../support/peer.ts";
import { skipWhen } from "../support/skip-when.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import { TEST_APPLICATION } from "../support/test-application.ts";
import { requirePackage } from "./install-package.ts";

const packages = fetchLaravel();
const missing = typeof packages === "string" ? packages : lacksPhpExtension("curl");
const skip = skipWhen(missing !== undefined, `webhooks as Laravel events: ${missing}`);

const { id, key, secret } = TEST_APPLICATION;

/** Stands for the package laravel/reverb: the classes that are used, and what their constructors ask of the application. */
const REVERB = `<?php
namespace Laravel\\Reverb\\Protocols\\Pusher\\Channels {
    class Channel {
        public function __construct(protected string $name) {
            app(\\Laravel\\Reverb\\Protocols\\Pusher\\Contracts\\ChannelConnectionManager::class);
        }
        public function name(): string { return $this->name; }
    }
    class ChannelBroker { public static function create(string $name): Channel { return new Channel($name); } }
}
namespace Laravel\\Reverb\\Protocols\\Pusher\\Contracts { interface ChannelConnectionManager {} }
namespace Laravel\\Reverb\\Protocols\\Pusher\\Managers {
    class ArrayChannelConnectionManager implements \\Laravel\\Reverb\\Protocols\\Pusher\\Contracts\\ChannelConnectionManager {}
}
namespace Laravel\\Reverb\\Events {
    class ChannelCreated { public function __construct(public \\Laravel\\Reverb\\Protocols\\Pusher\\Channels\\Channel $channel) {} }
    class ChannelRemoved { public function __construct(public \\Laravel\\Reverb\\Protocols\\Pusher\\Channels\\Channel $channel) {} }
}
namespace Laravel\\Reverb { class ReverbServiceProvider {} }
`;

/** Notes each event that the application's listeners hear. */
const LISTENERS = `
$note = fn (string $name, array $data) => file_put_contents(storage_path('logs/events.jsonl'), json_encode([
    'class' => class_basename($name),
    ...(isset($data[0]->channel) && is_object($data[0]->channel) ? ['channel' => $data[0]->channel->name()] : get_object_vars($data[0])),
])."\\n", FILE_APPEND);
\\Illuminate\\Support\\Facades\\Event::listen('Resound\\\\Events\\\\*', $note);
\\Illuminate\\Support\\Facades\\Event::listen('Laravel\\\\Reverb\\\\Events\\\\*', $note);
`;

let application: LaravelApplication, server: RunningServer, web: ServedApplication;

beforeAll(async () => {
  if (skip || typeof packages === "string") return;
  application = new LaravelApplication(packages, { RESOUND_WEBHOOKS: "true" });
  requirePackage(application, packages);
  application.write("reverb.php", REVERB);
  const bootstrap = readFileSync(join(application.directory, "bootstrap/app.php"), "utf8")
    .replace("return Application::configure", `require __DIR__.'/../reverb.php';\n$&`)
    .replace("->booting(function () {", `$&\n${LISTENERS}`);
  application.write("bootstrap/app.php", bootstrap);
  web = await application.serve();
  application.append(
    ".env",
    // PHP may take long to answer on a busy machine.
    `REVERB_WEBHOOK_URL=${web.url}/resound/webhooks\nREVERB_WEBHOOK_TIMEOUT=60\nREVERB_WEBHOOK_HOLD_SECONDS=0.3\n` +
      `REVERB_WEBHOOK_EVENTS=${WEBHOOK_EVENTS.join(",")}\n`,
  );
  server = await startServer({ directory: application.directory });
});

afterAll(async () => {
  if (skip) return;
  await server?.stop();
  await web?.[Symbol.asyncDispose]();
});

type Heard = Readonly<Record<string, unknown>>;

function heard(): readonly Heard[] {
  const file = join(application.directory, "storage/logs/events.jsonl");
  // The application may be writing its next line: what stands behind the last line's end is not whole yet.
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as Heard);
}

/** What a report is made of; everything has a default. */
interface Report {
  readonly delivery?: string;
  readonly time?: number;
  readonly events?: readonly object[];
  readonly signedWith?: { readonly key?: string; readonly secret?: string };
}

/** Posts a report as the server does, and returns the answer's status. */
async function post(
  { delivery = "d", time = Date.now(), events = [], signedWith = {} }: Report,
): Promise<number> {
  const body = webhookBody(time, events.map((event) => JSON.stringify(event)));
  const target = { url: `${web.url}/resound/webhooks`, headers: {}, key, secret, ...signedWith };
  const request = signedRequest(target, delivery, body);
  return (await fetch(request.url, { method: "POST", body, headers: request.headers })).status;
}

test.skipIf(skip)("what happens in the server becomes Laravel events, and Reverb's own", async () => {
  await using ann = await Peer.connect(server);
  await ann.subscribeSigned("presence-room", '{"user_id":"7"}');
  ann.send({ event: "client-typing", channel: "presence-room", data: { name: "Änn" } });
  ann.close(1000);
  await ann.closed;
  const names = [
    "ConnectionOpened",
    "ChannelOccupied",
    "ChannelCreated",
    "Subscribed",
    "MemberAdded",
    "ClientEvent",
    "Unsubscribed",
    "ConnectionClosed",
    "MemberRemoved",
    "ChannelVacated",
    "ChannelRemoved",
  ];
  const all = await eventually(
    heard,
    (events) => names.every((name) => events.some((each) => each.class === name)),
  );
  expect(all.find((each) => each.class === "MemberAdded")).toMatchObject({
    channel: "presence-room",
    userId: "7",
    application: id,
    sentAt: expect.stringMatching(/^20\d\d-/),
  });
  expect(all.find((each) => each.class === "ChannelRemoved")).toEqual({
    class: "ChannelRemoved",
    channel: "presence-room",
  });
  expect(server.output.stderr).toEqual([]);
});

test.skipIf(skip)("each event that a webhook can report has a class", async () => {
  const before = heard().length;
  const events = WEBHOOK_EVENTS.map((name) => sampleEvent(name, { prefix: "", suffix: "" }));
  expect(await post({ delivery: "all", events: [...events, { name: "of_the_future" }] })).toBe(204);
  const own = heard().slice(before).filter(({ application }) => application === id);
  expect(own.map((each) => each.class)).toEqual(
    WEBHOOK_EVENTS.map((name) => name.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())),
  );
});

test.skipIf(skip)(
  "a report is handled once: not again, not under another id, not when it is old",
  async () => {
    const events = [{ name: "channel_occupied", channel: "once" }], time = Date.now();
    const report = { delivery: "first", time, events };
    expect(await post(report)).toBe(204);
    expect(await post(report)).toBe(204);
    expect(await post({ ...report, delivery: "replayed" })).toBe(204);
    expect(await post({ ...report, delivery: "old", time: time - 3_700_000 })).toBe(403);
    expect(await post({ ...report, delivery: "early", time: time + 3_700_000 })).toBe(403);
    const occupied = heard().filter((each) => each.class === "ChannelOccupied" && each.channel === "once");
    expect(occupied).toHaveLength(1);
  },
);

test.skipIf(skip)("a report without the right signature is refused", async () => {
  const events = [{ name: "channel_occupied", channel: "forged" }];
  expect(await post({ events, signedWith: { secret: "other" } })).toBe(401);
  expect(await post({ events, signedWith: { key: "other" } })).toBe(401);
  expect(await post({ events, signedWith: { key: "", secret: "" } })).toBe(401);
  const bare = await fetch(`${web.url}/resound/webhooks`, { method: "POST", body: '{"events":[]}' });
  expect(bare.status).toBe(401);
  expect(heard().filter(({ channel }) => channel === "forged")).toEqual([]);
});

test.skipIf(skip)("with a queue the events are dispatched by a job", async () => {
  // This connection does each job at once, and still writes and reads it as every queue.
  application.append(".env", "RESOUND_WEBHOOKS_QUEUE=reports\nRESOUND_WEBHOOKS_CONNECTION=sync\n");
  const events = [sampleEvent("connection_closed", { prefix: "", suffix: "" })];
  expect(await post({ delivery: "queued", events })).toBe(204);
  expect(heard().at(-1)).toMatchObject({ class: "ConnectionClosed", code: 1000, userId: null });
});

test.skipIf(skip)("there is a route only where webhooks are enabled", async () => {
  expect((await application.artisan("route:list")).output).toContain("resound/webhooks");
  application.append(".env", "RESOUND_WEBHOOKS=false\n");
  expect((await application.artisan("route:list")).output).not.toContain("resound/webhooks");
});
