import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { Peer } from "../../support/peer.ts";
import { ALL_EVENTS, startWatched } from "../../support/watched-server.ts";

test("Pusher's events have Pusher's names, fields and order, in requests that its SDK verifies", async () => {
  await using watched = await startWatched(undefined);
  const { server, receiver } = watched;
  const ann = await Peer.connect(server);
  await ann.subscribeSigned("presence-room", '{"user_id":"5","user_info":{"name":"Ann"}}');
  await ann.subscribe("news");
  await ann.subscribe("cache-weather");
  ann.send({ event: "client-typing", channel: "presence-room", data: { on: true } });
  ann.send({ event: "client-said", channel: "presence-room", data: "hello" });
  await receiver.until(9);
  await ann.close();
  const events = await receiver.until(15);
  const of = (channel: string): unknown[] => events.filter((each) => each["channel"] === channel);
  expect(of("presence-room")).toEqual([
    { name: "channel_occupied", channel: "presence-room" },
    { name: "member_added", channel: "presence-room", user_id: "5" },
    {
      name: "client_event",
      channel: "presence-room",
      event: "client-typing",
      data: '{"on":true}',
      socket_id: ann.id,
      user_id: "5",
    },
    {
      name: "client_event",
      channel: "presence-room",
      event: "client-said",
      data: "hello",
      socket_id: ann.id,
      user_id: "5",
    },
    { name: "member_removed", channel: "presence-room", user_id: "5" },
    { name: "channel_vacated", channel: "presence-room" },
  ]);
  expect(of("news")).toEqual([
    { name: "channel_occupied", channel: "news" },
    { name: "subscription_count", channel: "news", subscription_count: 1 },
    { name: "subscription_count", channel: "news", subscription_count: 0 },
    { name: "channel_vacated", channel: "news" },
  ]);
  expect(of("cache-weather")).toEqual([
    { name: "channel_occupied", channel: "cache-weather" },
    { name: "cache_miss", channel: "cache-weather" },
    { name: "subscription_count", channel: "cache-weather", subscription_count: 1 },
    { name: "subscription_count", channel: "cache-weather", subscription_count: 0 },
    { name: "channel_vacated", channel: "cache-weather" },
  ]);
  for (const { method, path, headers, body } of receiver.requests) {
    expect({ method, path, type: headers["content-type"], key: headers["x-pusher-key"] }).toEqual({
      method: "POST",
      path: "/hooks",
      type: "application/json",
      key: "app-key",
    });
    expect(headers["x-pusher-signature"]).toMatch(/^[0-9a-f]{64}$/);
    expect(headers["x-resound-delivery"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers["user-agent"]).toBe("Resound");
    expect(body).toMatch(/^\{"time_ms":\d{13},"events":\[/);
    expect(Math.abs((JSON.parse(body) as { time_ms: number }).time_ms - Date.now())).toBeLessThan(60_000);
  }
  expect(new Set(receiver.requests.map(({ headers }) => headers["x-resound-delivery"])).size).toBe(
    receiver.requests.length,
  );
  expect(await server.stop()).toBe(0);
});

test("the four other events are sent only when the configuration names them", async () => {
  await using watched = await startWatched("connection_opened,connection_closed,subscribed,unsubscribed");
  const { server, receiver } = watched;
  const ann = await Peer.connect(server);
  await ann.signIn('{"id":"7"}');
  await ann.subscribe("news");
  await ann.subscribeSigned("presence-room", '{"user_id":"5"}');
  await ann.unsubscribe("news");
  await ann.close(4999);
  const events = await receiver.until(6);
  const socket_id = ann.id;
  expect(events.filter(({ channel }) => channel === "")).toEqual([
    { name: "connection_opened", channel: "", socket_id },
    { name: "connection_closed", channel: "", socket_id, code: 4999, user_id: "7" },
  ]);
  expect(events.filter(({ channel }) => channel === "news")).toEqual([
    { name: "subscribed", channel: "news", socket_id },
    { name: "unsubscribed", channel: "news", socket_id },
  ]);
  expect(events.filter(({ channel }) => channel === "presence-room")).toEqual([
    { name: "subscribed", channel: "presence-room", socket_id, user_id: "5" },
    { name: "unsubscribed", channel: "presence-room", socket_id, user_id: "5" },
  ]);
});

test("a reload of a page is not reported, also where it was the only subscriber", async () => {
  await using watched = await startWatched(ALL_EVENTS, { env: { REVERB_WEBHOOK_HOLD_SECONDS: "5" } });
  const { server, receiver } = watched;
  for (let load = 0; load < 4; load++) {
    const page = await Peer.connect(server);
    await page.subscribeSigned("presence-room", '{"user_id":"5"}');
    await page.close();
  }
  await using page = await Peer.connect(server);
  await page.subscribeSigned("presence-room", '{"user_id":"5"}');
  // A departure from before would be reported before this one.
  await (await Peer.subscribed(server, "marker")).close();
  await eventually(() =>
    receiver.events.some(({ name, channel }) => channel === "marker" && name === "channel_vacated")
  );
  const stays = receiver.events.filter(({ name, channel }) =>
    channel === "presence-room" && /^(?:channel|member)_/.test(name)
  );
  expect(stays.map(({ name }) => name)).toEqual(["channel_occupied", "member_added"]);
});

test("an empty cache is reported once for all clients that find it, and again after the application's next event", async () => {
  await using watched = await startWatched("cache_miss");
  const { server, receiver } = watched;
  const peers = await Peer.connectAll(server, 5);
  for (const peer of peers) await peer.subscribe("cache-a");
  // Events of two channels come in the order in which they are posted.
  await receiver.until(1);
  await peers[0]!.subscribe("cache-b");
  expect((await receiver.until(2)).map(({ channel }) => channel)).toEqual(["cache-a", "cache-b"]);
  const api = new ApiClient(server);
  await api.trigger("cache-c", "e", "x");
  await peers[0]!.subscribe("cache-c");
  await peers[0]!.subscribe("cache-d");
  expect((await receiver.until(3)).map(({ channel }) => channel)).toEqual(["cache-a", "cache-b", "cache-d"]);
  for (const peer of peers) await peer.close();
});
