import { expect, test } from "bun:test";
import { broadcast } from "../../../../src/hub/broadcast/broadcast.ts";
import { userTopic } from "../../../../src/hub/channels/topic.ts";
import { ActivityFeed } from "../../../../src/hub/monitor/activity-feed.ts";
import { subscribe } from "../../../../src/websocket/subscribe.ts";
import { FakeHub, type FakeSocket } from "../../../support/fake-hub.ts";

/** A hub with two clients on a channel. */
function newChannel(
  channel: string,
): { readonly fake: FakeHub; readonly clients: ReturnType<FakeHub["connect"]>[] } {
  const fake = new FakeHub(), clients = [fake.connect(), fake.connect()];
  for (const { connection, socket } of clients) {
    subscribe(fake.hub, connection, { type: "subscribe", channel, auth: "", channelData: undefined });
    socket.take();
  }
  return { fake, clients };
}

function taken(clients: readonly { readonly socket: FakeSocket }[]): string[][] {
  return clients.map(({ socket }) => socket.take());
}

const DATA = JSON.stringify('{"n":1}'), FRAME = '{"event":"e","data":"{\\"n\\":1}","channel":"c"}';

test("an event reaches a channel's subscribers, except the connection that is left out", () => {
  const { fake, clients } = newChannel("c");
  broadcast(fake.hub, "e", DATA, "c", undefined);
  expect(taken(clients)).toEqual([[FRAME], [FRAME]]);
  broadcast(fake.hub, "e", DATA, "c", clients[0]!.connection.id);
  expect(taken(clients)).toEqual([[], [FRAME]]);
  // A connection that is not on the channel leaves no subscriber out.
  broadcast(fake.hub, "e", DATA, "c", fake.connect().connection.id);
  expect(taken(clients)).toEqual([[FRAME], [FRAME]]);
  expect(fake.monitor.counters).toMatchObject({ eventsPublished: 3 });
});

test("an event to a channel without subscribers is counted and sent to no client", () => {
  const fake = new FakeHub();
  broadcast(fake.hub, "e", DATA, "c", undefined);
  expect([fake.monitor.counters.eventsPublished, fake.monitor.counters.messagesSent, fake.hub.cache.size])
    .toEqual([
      1,
      0,
      0,
    ]);
});

test("a cache channel keeps the last event, with and without subscribers", () => {
  const { fake, clients } = newChannel("cache-c");
  broadcast(fake.hub, "e", DATA, "cache-c", clients[0]!.connection.id);
  broadcast(fake.hub, "e", DATA, "cache-vacant", undefined);
  expect(fake.hub.cache.size).toBe(2);
  for (const channel of ["cache-c", "cache-vacant"]) {
    const { connection, socket } = fake.connect();
    subscribe(fake.hub, connection, { type: "subscribe", channel, auth: "", channelData: undefined });
    expect(socket.take()).toEqual([
      `{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"${channel}"}`,
      `{"event":"e","data":"{\\"n\\":1}","channel":"${channel}"}`,
    ]);
  }
});

test("a user's event goes to the connections on which it is signed in, and is never cached", () => {
  const fake = new FakeHub(), [one, two] = [fake.connect(), fake.connect()];
  for (const { connection, socket } of [one, two]) {
    connection.userId = "7";
    socket.subscribe(userTopic("app-id", "7"));
  }
  broadcast(fake.hub, "e", DATA, "#server-to-user-7", one.connection.id);
  broadcast(fake.hub, "e", DATA, "#server-to-user-8", undefined);
  const frame = '{"event":"e","data":"{\\"n\\":1}","channel":"#server-to-user-7"}';
  expect(taken([one, two])).toEqual([[], [frame]]);
  expect(fake.hub.cache.size).toBe(0);
});

test("observers learn which connection an event leaves out, and which channel a refusal is about", () => {
  const { fake, clients } = newChannel("c"), [first, second] = clients, seen: unknown[] = [];
  const stop = new ActivityFeed(fake.monitor).listen(fake.hub.application.id, (each) => seen.push(each));
  broadcast(fake.hub, "e", DATA, "c", first!.connection.id);
  fake.hub.delivery.refuse(second!.connection, "not_a_member", "no member", { channel: "d" });
  stop();
  expect(seen).toMatchObject([
    { kind: "api-event", channel: "c", receivers: 1, except: first!.connection.id },
    { kind: "refused", refusal: { reason: "not_a_member", channel: "d" } },
  ]);
});
