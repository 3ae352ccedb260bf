import { expect, test } from "bun:test";
import type { RecoveryConfig } from "../../../../src/config/config.ts";
import { ChannelLog } from "../../../../src/hub/recovery/channel-log.ts";
import { EntryBounds } from "../../../../src/hub/recovery/entry-bounds.ts";
import { subscribe } from "../../../../src/websocket/subscribe.ts";
import { unsubscribe } from "../../../../src/hub/unsubscribe.ts";
import { applicationConfig, recoveryConfig } from "../../../support/fake-hub.ts";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

/** Takes other settings over, as a reload does. */
function reload({ fake: { hub } }: RecoveringHub, recovery: Partial<RecoveryConfig>): void {
  hub.application.replaceSettings(
    applicationConfig({ recovery: recoveryConfig({ enabled: true, ...recovery }) }),
  );
  hub.settingsChanged();
}

test("a jar that is too full keeps the old name of an open tab, and loses those of pages that were closed", () => {
  const jar = new Set<string>(), hub = new RecoveringHub();
  const old = new RecoveringPage(hub, ["one"], { jar });
  old.connect();
  old.read();
  const [name] = jar;
  for (let count = 0; count < 30; count++) {
    hub.advance(1000);
    const page = new RecoveringPage(hub, ["one"], { jar });
    page.connect();
    page.read();
    page.end(1001);
  }
  expect(jar.has(name!)).toBe(true);
  expect(jar.size).toBeLessThanOrEqual(16);
});

test("rewind begins behind what was received live, also where the channel is not among those of recovery", () => {
  const hub = new RecoveringHub({
    channels: ["private-*"],
    rewind: [{ channels: ["one"], events: 10, seconds: 60 }],
  });
  hub.publish("one");
  const page = new RecoveringPage(hub, ["one"]);
  page.connect();
  page.read();
  hub.publish("one");
  page.read();
  hub.advance(100);
  page.read();
  page.end();
  hub.publish("one");
  page.connect();
  page.read();
  expect(page.received.get("one")).toEqual([1, 2, 3]);
});

test("a client that subscribes to one channel after the other is remembered with at most 1,000 of them", () => {
  const hub = new RecoveringHub(), { fake } = hub, { connection, socket } = fake.connect();
  const made = fake.hub.recovery!.jars.name(null, null, true).name;
  const naming = fake.hub.recovery!.jars.name(null, made.replace(/.{4}$/, "none"), true);
  fake.hub.recovery!.opened(connection, naming, null);
  for (let count = 0; count < 1_100; count++) {
    const channel = `channel-${count}`;
    subscribe(fake.hub, connection, { type: "subscribe", channel, auth: "", channelData: undefined });
    unsubscribe(fake.hub, connection, channel);
    socket.frames.length = 0;
  }
  expect(connection.recovery?.back?.begun?.size).toBe(1_000);
});

test("what a page of history gives as the position holds for the next page, also without events meanwhile", () => {
  const hub = new RecoveringHub({ history: [{ channels: ["told"], events: 10, seconds: 60 }] });
  const { recovery } = hub.fake.hub;
  const { position } = recovery!.histories.own("told", undefined, 100)!;
  hub.advance(30_000);
  hub.publish("told");
  const page = recovery!.histories.own("told", position, 100)!;
  expect([page.events.length, page.isComplete]).toEqual([1, true]);
  const at = page.events[0]!.at, time = recovery!.timeOf(at);
  hub.advance(30_000);
  expect(recovery!.timeOf(at)).toBe(time);
});

test("events that a busy channel has dropped are not kept by an older one of another channel", () => {
  const bounds = new EntryBounds(), retention = { events: 10, seconds: 120 };
  const [quiet, busy] = [new ChannelLog(0), new ChannelLog(0)];
  for (let position = 1; position <= 20_000; position++) {
    const entry = { position, frame: "x", except: undefined, at: position, isPassing: false };
    bounds.append(position === 1 ? quiet : busy, entry, retention);
    expect(bounds.queued).toBeLessThanOrEqual(1_100);
  }
  expect(bounds.bytes).toBe(11 * 122);
  bounds.expire(130_000);
  expect([quiet.length, busy.length]).toEqual([0, 10]);
  bounds.expire(140_000);
  expect([quiet.length, busy.length, bounds.queued, bounds.bytes]).toEqual([0, 0, 0, 0]);
});

test("clients whose next pusher:ping is due within a moment of each other are asked each in its turn", () => {
  const hub = new RecoveringHub({ acknowledge: "pusher" });
  const pages = [1, 2].map((number) => {
    const page = new RecoveringPage(hub, [`${number}-one`]);
    page.connect();
    page.read();
    const connection = page.connection!, channel = `${number}-two`;
    subscribe(hub.fake.hub, connection, { type: "subscribe", channel, auth: "", channelData: undefined });
    hub.advance(3);
    return page;
  });
  hub.advance(2000);
  const pings = pages.map((page) => {
    page.read();
    return page.pusherPings;
  });
  expect(pings).toEqual([2, 2]);
});

test("a reload that lowers max_bytes drops events at once", () => {
  const hub = new RecoveringHub(), page = new RecoveringPage(hub, ["one"]);
  page.connect();
  for (let count = 0; count < 500; count++) hub.publish("one");
  reload(hub, { maxBytes: 20_000 });
  expect(hub.fake.hub.recovery!.bytes).toBeLessThanOrEqual(20_000);
});

test("a reload that takes out a channel while a client is sent what it has missed there says so, and goes on live", () => {
  const hub = new RecoveringHub(), page = new RecoveringPage(hub, ["one"]);
  page.connect();
  page.read();
  page.end();
  for (let count = 0; count < 600; count++) hub.publish("one");
  page.connect();
  reload(hub, { channels: ["two"] });
  hub.publish("one");
  page.read();
  expect(page.received.get("one")!.slice(-3)).toEqual([256, "gap", 601]);
  expect(page.frames.at(-2)).toContain("dropped");
});
