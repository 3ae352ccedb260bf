import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const ALL = "occupied,user_count,subscription_count,cache";

const server = useServer();
const api = new ApiClient(server);

test("a channel without subscribers is unoccupied, and that is no error", async () => {
  expect(answerOf(await api.get("/channels/empty"))).toEqual(json('{"occupied":false}'));
  for (const name of ["empty", "private-empty", "presence-empty", "cache-empty"]) {
    expect(answerOf(await api.get(`/channels/${name}`, { info: ALL }))).toEqual(json('{"occupied":false}'));
  }
});

test("an occupied channel has its attributes in Reverb's order, in any order of asking", async () => {
  await using one = await Peer.subscribed(server, "open");
  await using two = await Peer.subscribed(server, "open");
  await one.subscribed("presence-room", { user_id: 1, user_info: {} });
  await two.subscribed("presence-room", { user_id: 1, user_info: {} });
  expect(answerOf(await api.get("/channels/open"))).toEqual(json('{"occupied":true}'));
  for (const info of ["subscription_count,user_count,occupied", ALL]) {
    expect((await api.get("/channels/open", { info })).text).toBe('{"occupied":true,"subscription_count":2}');
  }
});

test("a presence channel counts distinct users and no subscriptions", async () => {
  await using _one = await Peer.subscribed(server, "presence-count", { user_id: 1, user_info: {} });
  await using _again = await Peer.subscribed(server, "presence-count", { user_id: 1, user_info: {} });
  await using _two = await Peer.subscribed(server, "presence-count", { user_id: "2", user_info: {} });
  expect(answerOf(await api.get("/channels/presence-count", { info: ALL })))
    .toEqual(json('{"occupied":true,"user_count":2}'));
});

test("info is understood as a list too, with spaces around the commas, and unknown names are left out", async () => {
  await using _client = await Peer.subscribed(server, "open");
  for (
    const info of [
      ["subscription_count"],
      ["user_count", "subscription_count"],
      "nonsense, subscription_count ",
    ]
  ) {
    expect((await api.get("/channels/open", { info })).text).toBe('{"occupied":true,"subscription_count":1}');
  }
});

test("cache is the whole event as it was sent", async () => {
  await using client = await Peer.subscribed(server, "cache-news");
  expect((await api.get("/channels/cache-news", { info: "cache" })).text).toBe('{"occupied":true}');
  await api.trigger("cache-news", "e", '{"n":1}');
  const event = String.raw`{"event":"e","data":"{\"n\":1}","channel":"cache-news"}`;
  expect(answerOf(await api.get("/channels/cache-news", { info: ALL })))
    .toEqual(json(`{"occupied":true,"subscription_count":1,"cache":${event}}`));
  await client.close();
});

test.each([
  "cache-kept",
  "private-cache-kept",
  "presence-cache-kept",
  "private-encrypted-cache-kept",
])("the cached event of %s is there without a subscriber and greets the next one", async (channel) => {
  await api.trigger(channel, "e", "x");
  const event = `{"event":"e","data":"x","channel":"${channel}"}`;
  expect(answerOf(await api.get(`/channels/${channel}`, { info: "cache" })))
    .toEqual(json(`{"occupied":false,"cache":${event}}`));
  const member = channel.startsWith("presence-") ? { user_id: 1, user_info: {} } : undefined;
  await using client = await Peer.subscribed(server, channel, member);
  expect(await client.next()).toBe(event);
});

test("channels of other kinds keep nothing", async () => {
  for (const channel of ["plain", "private-plain", "private-encrypted-plain", "cached", "mycache-x"]) {
    await api.trigger(channel, "e", "x");
    expect((await api.get(`/channels/${channel}`, { info: "cache" })).text).toBe('{"occupied":false}');
  }
});

test("a client event is not cached", async () => {
  await using client = await Peer.subscribed(server, "private-cache-client");
  await client.nextEvent("pusher:cache_miss");
  await api.trigger("private-cache-client", "e", "x");
  await client.nextEvent("e");
  client.send({ event: "client-x", channel: "private-cache-client", data: {} });
  await client.expectSilence();
  expect((await api.get("/channels/private-cache-client", { info: "cache" })).text)
    .toBe('{"occupied":true,"cache":{"event":"e","data":"x","channel":"private-cache-client"}}');
});

test.each(["ünïcode", "a;b,c=d@e", "100%", "a b", "a/b", "a%2Fb", "a+b", "a?b#c"])(
  "a channel called %s is found under its encoded name",
  async (channel) => {
    await using _client = await Peer.subscribed(server, channel);
    const path = `/channels/${encodeURIComponent(channel)}`;
    expect(answerOf(await api.get(path))).toEqual(json('{"occupied":true}'));
    expect(answerOf(await api.get(`${path}/users`))).toEqual(json("{}", 400));
  },
);
