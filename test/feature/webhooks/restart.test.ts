import { describe, expect, test } from "bun:test";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer, temporaryDirectory } from "../../support/start-server.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { Peer } from "../../support/peer.ts";
import { ALL_EVENTS, OWN_PLACE, QUICK } from "../../support/watched-server.ts";

const LEFT = /Webhooks that were not sent wait in (\S+) for the next server \(events=(\d+)\)/;
const TAKEN = /Sending the webhooks that an earlier server left \(events=(\d+)\)/;

function start(
  directory: string,
  receiver: WebhookReceiver,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<RunningServer> {
  return startServer({
    directory,
    args,
    files: OWN_PLACE,
    env: { ...QUICK, REVERB_WEBHOOK_URL: receiver.url, REVERB_WEBHOOK_EVENTS: ALL_EVENTS, ...env },
  });
}

function spoolFiles(directory: string): string[] {
  return readdirSync(join(directory, "storage/framework/cache")).filter((name) => name.includes(".webhooks"));
}

/** What happened on channels as a whole and to their members. */
function stays(receiver: WebhookReceiver): string[] {
  return receiver.events.filter(({ name }) => /^(?:channel|member)_/.test(name))
    .map(({ name, channel, user_id }) =>
      [name, channel, user_id].filter((each) => each !== undefined).join(" ")
    );
}

test("events that wait when a server stops are sent by the next one, with the same delivery id and in order", async () => {
  await using receiver = await WebhookReceiver.start();
  const directory = temporaryDirectory();
  const env = { REVERB_WEBHOOK_BATCH_EVENTS: "3", REVERB_WEBHOOK_EVENTS: "client_event" };
  const first = await start(directory, receiver, env);
  receiver.always(() => ({ kind: "answer", status: 500 }));
  const peer = await Peer.connect(first);
  await peer.subscribeSigned("presence-a", '{"user_id":"1"}');
  for (let number = 0; number < 10; number++) {
    peer.send({ event: "client-n", channel: "presence-a", data: String(number) });
  }
  await receiver.requested(1);
  await peer.ask("pusher:ping", {});
  expect(await first.stop()).toBe(0);
  const [, path = "", events] = LEFT.exec(first.output.text()) ?? [];
  expect(events).toBe("10");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(spoolFiles(directory).length).toBe(1);

  receiver.always(() => ({ kind: "answer", status: 200 }));
  await using second = await start(directory, receiver, env);
  expect((await receiver.until(10)).map(({ data }) => data)).toEqual(
    Array.from({ length: 10 }, (_, number) => String(number)),
  );
  expect(await second.output.waitFor(TAKEN)).toContain("events=10");
  expect(spoolFiles(directory)).toEqual([]);
  const deliveries = receiver.requests.filter(({ body }) => body === receiver.requests[0]!.body);
  expect(new Set(deliveries.map(({ headers }) => headers["x-resound-delivery"])).size).toBe(1);
});

test("a user that comes back to the next server has never left; one that does not is reported", async () => {
  await using receiver = await WebhookReceiver.start();
  const directory = temporaryDirectory();
  // What a stop causes besides departures would have to be sent in time.
  const events = { REVERB_WEBHOOK_EVENTS: "channel_occupied,channel_vacated,member_added,member_removed" };
  const first = await start(directory, receiver, { ...events, REVERB_WEBHOOK_HOLD_SECONDS: "60" });
  for (const user of ["1", "2"]) {
    const peer = await Peer.connect(first);
    await peer.subscribeSigned("presence-a", `{"user_id":"${user}"}`);
    if (user === "1") await peer.subscribe("alone");
  }
  await receiver.until(4);
  expect(await first.stop()).toBe(0);
  expect(LEFT.exec(first.output.text())?.[2]).toBe("4");
  // Time for a busy machine to connect in.
  await using second = await start(directory, receiver, { ...events, REVERB_WEBHOOK_HOLD_SECONDS: "8" });
  await using back = await Peer.connect(second);
  await back.subscribeSigned("presence-a", '{"user_id":"2"}');
  await eventually(() => stays(receiver), (reported) => reported.length >= 6);
  expect(stays(receiver).sort()).toEqual([
    "channel_occupied alone",
    "channel_occupied presence-a",
    "channel_vacated alone",
    "member_added presence-a 1",
    "member_added presence-a 2",
    "member_removed presence-a 1",
  ]);
});

test("a damaged file is moved away, and a server without webhooks does not touch it", async () => {
  await using receiver = await WebhookReceiver.start();
  const directory = temporaryDirectory();
  const first = await start(directory, receiver);
  receiver.always(() => ({ kind: "answer", status: 500 }));
  await Peer.connect(first);
  expect(await first.stop()).toBe(0);
  const [name = ""] = spoolFiles(directory);
  const none = await startServer({ directory, files: OWN_PLACE, env: QUICK });
  expect(await none.stop()).toBe(0);
  expect(spoolFiles(directory)).toEqual([name]);
  writeFileSync(join(directory, "storage/framework/cache", name), '{"version":1,"applications":[{}]}');
  const second = await start(directory, receiver);
  expect(await second.output.waitFor("cannot be read")).toContain(`${name}.damaged now`);
  expect(spoolFiles(directory)).toEqual([`${name}.damaged`]);
  expect(await second.stop()).toBe(0);
});

const cannotShare = skipWhen(serverTarget() === "deno", "this runtime cannot share a port (reuse_port)");

describe.skipIf(cannotShare)("with a handover", () => {
  test("users that are already at the next server are not reported as gone", async () => {
    await using receiver = await WebhookReceiver.start();
    const directory = temporaryDirectory();
    const first = await start(directory, receiver, {}, ["--reuse-port"]);
    const before = await Peer.connect(first);
    await before.subscribeSigned("presence-a", '{"user_id":"1"}');
    await receiver.until(4);
    // On a port of its own, so that a client is at it before the first one stops.
    await using second = await start(directory, receiver, {}, ["--reuse-port"]);
    const after = await Peer.connect(second);
    await after.subscribeSigned("presence-a", '{"user_id":"1"}');
    process.kill(first.pid, "SIGTERM");
    await before.closed;
    expect(await first.exited).toBe(0);
    expect(first.output.text()).toMatch(LEFT);
    // It looks every 5 s.
    await second.output.waitFor(TAKEN);
    await after.close();
    await eventually(() => stays(receiver), (reported) => reported.includes("channel_vacated presence-a"));
    expect(stays(receiver).filter((each) => /removed|vacated/.test(each))).toEqual([
      "member_removed presence-a 1",
      "channel_vacated presence-a",
    ]);
  });
});
