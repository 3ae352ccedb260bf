import { expect, test } from "bun:test";
import Pusher, { type PresenceChannel } from "pusher-js";
import PusherWithEncryption from "pusher-js/worker/with-encryption";
import { startAuthEndpoint } from "../support/auth-endpoint.ts";
import { connectPusher, serverSdk } from "../support/client-libraries.ts";
import { EventLog } from "../support/event-log.ts";
import { useServer } from "../support/use-server.ts";
import { useResource } from "../support/use-resource.ts";

const SUCCEEDED = "pusher:subscription_succeeded";
const ERROR = "pusher:subscription_error";

const server = useServer({ env: { REVERB_APP_SUBSCRIPTION_COUNT: "true" } });
const sdk = useResource(() => serverSdk(server));
const auth = useResource(() => startAuthEndpoint(sdk));

/** The events on a channel but for the protocol's own. */
async function nextEvent(log: EventLog): Promise<unknown> {
  for (;;) {
    const event = await log.next();
    if (!event.name.startsWith("pusher:")) return [event.name, event.data];
  }
}

test("a public channel brings the application's events, data parsed", async () => {
  using client = await connectPusher(server);
  const log = EventLog.of(client.pusher.subscribe("orders"));
  expect(await log.nextOf(SUCCEEDED)).toEqual({});
  await sdk.trigger("orders", "App\\Events\\Shipped", { id: 7, text: 'ä "quoted" \u{1F69A}' });
  expect(await nextEvent(log)).toEqual(["App\\Events\\Shipped", { id: 7, text: 'ä "quoted" \u{1F69A}' }]);
  await sdk.trigger("orders", "text", "just text");
  expect(await nextEvent(log)).toEqual(["text", "just text"]);
});

test("one event reaches the subscribers of all its channels, but for the socket that is left out", async () => {
  using sender = await connectPusher(server);
  using other = await connectPusher(server);
  const logs = [sender, other].map(({ pusher }) => EventLog.of(pusher.subscribe("to-others")));
  for (const log of logs) await log.nextOf(SUCCEEDED);
  await sdk.trigger(["to-others", "elsewhere"], "first", 1, {
    socket_id: sender.pusher.connection.socket_id,
  });
  await sdk.trigger("to-others", "second", 2);
  expect(await nextEvent(logs[0]!)).toEqual(["second", 2]);
  expect(await nextEvent(logs[1]!)).toEqual(["first", 1]);
  expect(await nextEvent(logs[1]!)).toEqual(["second", 2]);
});

test("after unsubscribing nothing comes any more, and one can come back", async () => {
  using client = await connectPusher(server);
  const left = EventLog.of(client.pusher.subscribe("left")),
    stayed = EventLog.of(client.pusher.subscribe("stayed"));
  await left.nextOf(SUCCEEDED);
  client.pusher.unsubscribe("left");
  const again = client.pusher.subscribe("left-2");
  await EventLog.of(again).nextOf(SUCCEEDED);
  await sdk.trigger(["left", "stayed"], "news", 1);
  expect(await nextEvent(stayed)).toEqual(["news", 1]);
  expect(left.all.map(({ name }) => name)).not.toContain("news");

  const back = EventLog.of(client.pusher.subscribe("left"));
  await back.nextOf(SUCCEEDED);
  await sdk.trigger("left", "news", 2);
  expect(await nextEvent(back)).toEqual(["news", 2]);
});

test("a private channel is joined with the application's signature, and carries whispers", async () => {
  using one = await connectPusher(server, { auth });
  using two = await connectPusher(server, { auth });
  const channels = [one, two].map(({ pusher }) => pusher.subscribe("private-room"));
  const logs = channels.map((channel) => EventLog.of(channel));
  for (const log of logs) await log.nextOf(SUCCEEDED);
  channels[0]!.trigger("client-typing", { at: [1, "é"], deep: { empty: {} } });
  expect(await nextEvent(logs[1]!)).toEqual(["client-typing", { at: [1, "é"], deep: { empty: {} } }]);
  // Java's client sends its data so. It stays a string on the wire, and pusher-js reads it as JSON.
  channels[0]!.trigger("client-typing", '{"at":2}');
  expect(await nextEvent(logs[1]!)).toEqual(["client-typing", { at: 2 }]);
  await sdk.trigger("private-room", "message", { id: 1 });
  // The sender has the message as its first event: its own whisper did not come back.
  expect(await nextEvent(logs[0]!)).toEqual(["message", { id: 1 }]);
});

test("a private channel that the application refuses reports the endpoint's status", async () => {
  auth.rules.set("private-forbidden", "forbidden");
  using client = await connectPusher(server, { auth });
  const log = EventLog.of(client.pusher.subscribe("private-forbidden"));
  expect(await log.nextOf(ERROR)).toMatchObject({ type: "AuthError", status: 403 });
});

test("a private channel with a wrong signature is refused, and the connection lives on", async () => {
  auth.rules.set("private-forged", "forged");
  using client = await connectPusher(server, { auth });
  const log = EventLog.of(client.pusher.subscribe("private-forged"));
  expect(await client.connection.nextOf("error")).toEqual({
    type: "PusherError",
    data: { code: 4009, message: "Connection is unauthorized" },
  });
  expect(await log.nextOf(ERROR)).toEqual({
    type: "AuthError",
    error: "Connection is unauthorized",
    status: 401,
  });
  await EventLog.of(client.pusher.subscribe("private-fine")).nextOf(SUCCEEDED);
  expect(client.pusher.connection.state).toBe("connected");
});

test("a presence channel knows who is there, who comes and who goes", async () => {
  using one = await connectPusher(server, { auth, user: { id: "1" } });
  const channel = one.pusher.subscribe("presence-room") as PresenceChannel;
  const log = EventLog.of(channel);
  await log.nextOf(SUCCEEDED);
  expect(channel.members.me).toEqual({ id: "1", info: { name: "User 1" } });

  const two = await connectPusher(server, { auth, user: { id: "2" } });
  const secondView = two.pusher.subscribe("presence-room") as PresenceChannel;
  await EventLog.of(secondView).nextOf(SUCCEEDED);
  expect(await log.nextOf("pusher:member_added")).toEqual({ id: "2", info: { name: "User 2" } });
  expect(secondView.members.count).toBe(2);
  expect(secondView.members.members).toEqual({ 1: { name: "User 1" }, 2: { name: "User 2" } });

  // A second connection of a user who is there changes nothing for the others.
  using again = await connectPusher(server, { auth, user: { id: "1" } });
  const thirdView = again.pusher.subscribe("presence-room") as PresenceChannel;
  await EventLog.of(thirdView).nextOf(SUCCEEDED);
  expect(thirdView.members.count).toBe(2);
  two.pusher.disconnect();
  expect(await log.nextOf("pusher:member_removed")).toEqual({ id: "2", info: { name: "User 2" } });
  expect(channel.members.count).toBe(1);
  expect(log.all.filter(({ name }) => name === "pusher:member_added")).toHaveLength(1);
});

test("a whisper on a presence channel names its sender", async () => {
  using one = await connectPusher(server, { auth, user: { id: "a" } });
  using two = await connectPusher(server, { auth, user: { id: "b" } });
  const [from, to] = [one, two].map(({ pusher }) => pusher.subscribe("presence-whispers")) as [
    PresenceChannel,
    PresenceChannel,
  ];
  const senderLog = EventLog.of(from);
  await EventLog.of(to).nextOf(SUCCEEDED);
  await senderLog.nextOf(SUCCEEDED);
  const heard = new Promise<unknown>((resolve) => {
    to.bind("client-wave", (data: unknown, metadata: unknown) => resolve([data, metadata]));
  });
  from.trigger("client-wave", { hand: "left" });
  expect(await heard).toEqual([{ hand: "left" }, { user_id: "a" }]);
});

const BUILDS: readonly [runtime: string, library: typeof Pusher][] = [
  ["Node.js", Pusher],
  ["workers", PusherWithEncryption],
];

test.each(BUILDS)(
  "what the SDK encrypts pusher-js for %s decrypts, and the server never sees",
  async (_, library) => {
    using client = await connectPusher(server, { auth, library });
    const frames: { readonly event: string }[] = [];
    client.pusher.connection.bind("message", (message: { readonly event: string }) => frames.push(message));
    const log = EventLog.of(client.pusher.subscribe("private-encrypted-vault"));
    await log.nextOf(SUCCEEDED);
    await sdk.trigger("private-encrypted-vault", "secret", { pin: 1234 });
    expect(await nextEvent(log)).toEqual(["secret", { pin: 1234 }]);
    expect(frames.findLast(({ event }) => event === "secret")).toMatchObject({
      event: "secret",
      channel: "private-encrypted-vault",
      data: { nonce: expect.any(String), ciphertext: expect.any(String) },
    });
  },
);

test("a cache channel reports a miss, and later subscribers get the last event", async () => {
  using client = await connectPusher(server);
  const log = EventLog.of(client.pusher.subscribe("cache-prices"));
  await log.nextOf(SUCCEEDED);
  await log.nextOf("pusher:cache_miss");
  await sdk.trigger("cache-prices", "price", { eur: 1 });
  await sdk.trigger("cache-prices", "price", { eur: 2 });
  expect(await nextEvent(log)).toEqual(["price", { eur: 1 }]);
  expect(await nextEvent(log)).toEqual(["price", { eur: 2 }]);

  using late = await connectPusher(server);
  const lateLog = EventLog.of(late.pusher.subscribe("cache-prices"));
  expect((await lateLog.next()).name).toBe(SUCCEEDED);
  expect(await nextEvent(lateLog)).toEqual(["price", { eur: 2 }]);
  expect(lateLog.all.map(({ name }) => name)).not.toContain("pusher:cache_miss");
});

test.each(["private-cache-a", "presence-cache-a", "private-encrypted-cache-a"])(
  "%s has a cache too",
  async (name) => {
    using client = await connectPusher(server, { auth });
    const log = EventLog.of(client.pusher.subscribe(name));
    await log.nextOf("pusher:cache_miss");
    client.pusher.unsubscribe(name);
    // The channel has no subscriber any more; the event is kept nevertheless.
    await sdk.trigger(name, "kept", { n: 1 });
    using late = await connectPusher(server, { auth });
    expect(await nextEvent(EventLog.of(late.pusher.subscribe(name)))).toEqual(["kept", { n: 1 }]);
  },
);

test("subscribers get the count of subscriptions", async () => {
  using one = await connectPusher(server);
  const channel = one.pusher.subscribe("counted");
  const log = EventLog.of(channel);
  expect(await log.nextOf("pusher:subscription_count")).toEqual({ subscription_count: 1 });
  const two = await connectPusher(server);
  two.pusher.subscribe("counted");
  expect(await log.nextOf("pusher:subscription_count")).toEqual({ subscription_count: 2 });
  expect(channel.subscriptionCount as unknown).toBe(2);
  two.pusher.disconnect();
  expect(await log.nextOf("pusher:subscription_count")).toEqual({ subscription_count: 1 });
});
