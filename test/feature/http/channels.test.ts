import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startServer } from "../../support/start-server.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { useForEachTest } from "../../support/use-resource.ts";
import { Peer } from "../../support/peer.ts";

// A server for each test: what is asked here is everything that is on it.
const server = useForEachTest(() => startServer({ env: { REVERB_DRAIN_SECONDS: "0" } }));
const api = new ApiClient(server);

test("without occupied channels the list is an empty object, which PHP's client can read", async () => {
  await using _connected = await Peer.connect(server);
  expect(answerOf(await api.get("/channels"))).toEqual(json('{"channels":{}}'));
});

test("the occupied channels are listed, each with an object", async () => {
  await using one = await Peer.subscribed(server, "b");
  await using _two = await Peer.subscribed(server, "b");
  await one.subscribed("private-a");
  await one.subscribed("presence-c", { user_id: "1", user_info: {} });
  await one.subscribed("cache-d");
  const channels = '{"channels":{"b":{},"private-a":{},"presence-c":{},"cache-d":{}}}';
  expect(answerOf(await api.get("/channels"))).toEqual(json(channels));
});

test("a channel leaves the list with its last subscriber", async () => {
  await using first = await Peer.subscribed(server, "left");
  await using second = await Peer.subscribed(server, "left");
  first.send({ event: "pusher:unsubscribe", data: { channel: "left" } });
  await first.expectSilence();
  expect((await api.get("/channels")).text).toBe('{"channels":{"left":{}}}');
  second.send({ event: "pusher:unsubscribe", data: { channel: "left" } });
  await second.expectSilence();
  expect((await api.get("/channels")).text).toBe('{"channels":{}}');
});

test("filter_by_prefix picks by the beginning of the name", async () => {
  await using client = await Peer.subscribed(server, "presence-x", { user_id: 1, user_info: {} });
  await client.subscribed("presence-y", { user_id: 1, user_info: {} });
  await client.subscribed("public");
  const presence = { filter_by_prefix: "presence-", info: "user_count" };
  expect(answerOf(await api.get("/channels", presence)))
    .toEqual(json('{"channels":{"presence-x":{"user_count":1},"presence-y":{"user_count":1}}}'));
  expect((await api.get("/channels", { filter_by_prefix: "pub" })).text).toBe('{"channels":{"public":{}}}');
  expect((await api.get("/channels", { filter_by_prefix: "none" })).text).toBe('{"channels":{}}');
  expect(Object.keys(
    ((await api.get("/channels", { filter_by_prefix: "" })).json() as { channels: object }).channels,
  )).toEqual(["presence-x", "presence-y", "public"]);
});

test("info gives what fits a channel's kind and leaves out the rest", async () => {
  await using client = await Peer.subscribed(server, "presence-x", { user_id: 1, user_info: {} });
  await using second = await Peer.subscribed(server, "presence-x", { user_id: 2, user_info: {} });
  await using third = await Peer.subscribed(server, "presence-x", { user_id: 2, user_info: {} });
  await client.subscribed("open");
  await second.subscribed("open");
  await third.subscribed("open");
  const expected = '{"channels":{"presence-x":{"user_count":2},"open":{"subscription_count":3}}}';
  const comma = await api.get("/channels", { info: "user_count,subscription_count,nonsense" });
  expect(answerOf(comma)).toEqual(json(expected));
  // As pusher-http-php sends a list: signed `info=a,b`, sent `info[0]=a&info[1]=b`.
  const list = await api.get("/channels", { info: ["user_count", "subscription_count"] });
  expect(answerOf(list)).toEqual(json(expected));
});

test("user_count without a prefix for presence channels is no error", async () => {
  await using _client = await Peer.subscribed(server, "open");
  expect(answerOf(await api.get("/channels", { info: "user_count" }))).toEqual(
    json('{"channels":{"open":{}}}'),
  );
});

test("a client that is signed in is on no channel for that", async () => {
  await using client = await Peer.subscribed(server, "real");
  client.send({ event: "pusher:subscribe", data: { channel: "#server-to-user-1", auth: "" } });
  await client.nextEvent("pusher:subscription_error");
  expect((await api.get("/channels")).text).toBe('{"channels":{"real":{}}}');
});
