import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startServer } from "../../support/start-server.ts";
import { succeeded } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

const ANN = '{"user_id":"1"}';

function miss(channel: string): string {
  return `{"event":"pusher:cache_miss","channel":"${channel}"}`;
}

function event(channel: string, data: string): string {
  return `{"event":"priced","data":"${data}","channel":"${channel}"}`;
}

const KINDS = ["cache-", "private-cache-", "private-encrypted-cache-", "presence-cache-"];

/** Subscribes as the channel's kind wants it and reads what follows the confirmation. */
async function join(peer: Peer, channel: string): Promise<string> {
  const presence = channel.startsWith("presence-");
  const reply = await peer.subscribeSigned(channel, presence ? ANN : undefined);
  const confirmation = presence
    ? String
      .raw`{"event":"pusher_internal:subscription_succeeded","data":"{\"presence\":{\"count\":1,\"ids\":[\"1\"],\"hash\":{\"1\":null}}}","channel":"${channel}"}`
    : succeeded(channel);
  expect(reply).toBe(confirmation);
  return await peer.next();
}

describe.each(KINDS)("on %s channels", (kind) => {
  test("a subscriber gets the miss at once when nothing is kept", async () => {
    await using peer = await Peer.connect(server);
    expect(await join(peer, `${kind}empty`)).toBe(`{"event":"pusher:cache_miss","channel":"${kind}empty"}`);
    await peer.expectSilence();
  });

  test("a subscriber gets the last event instead, exactly as it was sent", async () => {
    await using early = await Peer.connect(server);
    await using late = await Peer.connect(server);
    const channel = `${kind}last`;
    expect(await join(early, channel)).toBe(miss(channel));
    await api.trigger(channel, "priced", "1");
    await api.trigger(channel, "priced", '{"price": 2.50}');
    const last = String.raw`{"event":"priced","data":"{\"price\": 2.50}","channel":"${channel}"}`;
    expect(await early.nextFrames(2)).toEqual([event(channel, "1"), last]);
    expect(await join(late, channel)).toBe(last);
    await late.expectSilence();
  });

  test("an event is kept although the channel has no subscriber", async () => {
    await using peer = await Peer.connect(server);
    const channel = `${kind}unheard`;
    await api.trigger(channel, "priced", "1");
    expect(await join(peer, channel)).toBe(event(channel, "1"));
  });

  test("an event is kept when the last subscriber leaves", async () => {
    await using first = await Peer.connect(server);
    await using second = await Peer.connect(server);
    const channel = `${kind}left`;
    await join(first, channel);
    await api.trigger(channel, "priced", "1");
    expect(await first.next()).toBe(event(channel, "1"));
    await first.unsubscribe(channel);
    expect(await join(second, channel)).toBe(event(channel, "1"));
    await second.close();
    expect(await join(first, channel)).toBe(event(channel, "1"));
  });

  test("client events are not kept", async () => {
    await using sender = await Peer.connect(server);
    await using late = await Peer.connect(server);
    const channel = `${kind}client`;
    expect(await join(sender, channel)).toBe(miss(channel));
    sender.send({ event: "client-priced", channel, data: 1 });
    await sender.expectSilence();
    expect(await join(late, channel)).toBe(miss(channel));
    await late.close();
    await api.trigger(channel, "priced", "2");
    expect(await sender.next()).toBe(event(channel, "2"));
    sender.send({ event: "client-priced", channel, data: 3 });
    await sender.expectSilence();
    await using later = await Peer.connect(server);
    expect(await join(later, channel)).toBe(event(channel, "2"));
  });
});

test("arrivals and departures of members are not kept", async () => {
  await using watcher = await Peer.connect(server);
  await using guest = await Peer.connect(server);
  await using late = await Peer.connect(server);
  const channel = "presence-cache-members";
  await join(watcher, channel);
  await api.trigger(channel, "priced", "1");
  expect(await watcher.next()).toBe(event(channel, "1"));
  await guest.subscribeSigned(channel, '{"user_id":"2"}');
  expect(await guest.next()).toBe(event(channel, "1"));
  await guest.close();
  await watcher.nextEvent("pusher_internal:member_removed");
  await late.subscribeSigned(channel, '{"user_id":"3"}');
  expect(await late.next()).toBe(event(channel, "1"));
});

test("an event that leaves out a socket is kept for that one too", async () => {
  await using peer = await Peer.connect(server);
  await join(peer, "cache-others");
  await api.trigger("cache-others", "priced", "1", { socket_id: peer.id });
  await peer.expectSilence();
  await peer.unsubscribe("cache-others");
  expect(await join(peer, "cache-others")).toBe(event("cache-others", "1"));
});

test("subscribing twice gives the event twice", async () => {
  await using peer = await Peer.connect(server);
  await api.trigger("cache-twice", "priced", "1");
  expect(await join(peer, "cache-twice")).toBe(event("cache-twice", "1"));
  expect(await join(peer, "cache-twice")).toBe(event("cache-twice", "1"));
});

test("an event for several channels is kept on each, the last of a batch on its own", async () => {
  await using peer = await Peer.connect(server);
  await api.trigger(["cache-one", "cache-two", "plain"], "priced", "1");
  await api.post("/batch_events", {
    batch: [
      { name: "priced", data: "2", channel: "cache-two" },
      { name: "priced", data: "3", channel: "cache-two" },
    ],
  });
  expect(await join(peer, "cache-one")).toBe(event("cache-one", "1"));
  expect(await join(peer, "cache-two")).toBe(event("cache-two", "3"));
});

test.each(["plain", "cache", "cached", "private-plain", "private-encrypted-plain", "my-cache-x"])(
  "nothing is kept for %s, and no miss is sent",
  async (channel) => {
    await using peer = await Peer.connect(server);
    await api.trigger(channel, "priced", "1");
    expect(await peer.subscribeSigned(channel)).toBe(succeeded(channel));
    await peer.expectSilence();
  },
);

test("as many events are kept as cache_max_events says, the latest", async () => {
  await using small = await startServer({ env: { REVERB_CACHE_MAX_EVENTS: "2" } });
  const smallApi = new ApiClient(small);
  for (const channel of ["cache-a", "cache-b", "cache-a", "cache-c"]) {
    await smallApi.trigger(channel, "priced", "1");
  }
  await using peer = await Peer.connect(small);
  expect(await join(peer, "cache-b")).toBe(miss("cache-b"));
  expect(await join(peer, "cache-a")).toBe(event("cache-a", "1"));
  expect(await join(peer, "cache-c")).toBe(event("cache-c", "1"));
});

test("the kept events take no more memory than cache_max_bytes says", async () => {
  await using small = await startServer({
    env: { REVERB_CACHE_MAX_BYTES: "2000", REVERB_MAX_REQUEST_SIZE: "10000" },
  });
  const smallApi = new ApiClient(small);
  await smallApi.trigger("cache-a", "priced", "1");
  await smallApi.trigger("cache-b", "priced", "x".repeat(950));
  await using peer = await Peer.connect(small);
  expect(await join(peer, "cache-a")).toBe(miss("cache-a"));
  expect(await join(peer, "cache-b")).toBe(event("cache-b", "x".repeat(950)));
  await smallApi.trigger("cache-c", "priced", "x".repeat(5000));
  expect(await join(peer, "cache-c")).toBe(miss("cache-c"));
});
