import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startServer } from "../../support/start-server.ts";
import { answerOf, invalid, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer({
  env: { REVERB_APP_MAX_CHANNELS_PER_EVENT: "3", REVERB_APP_MAX_EVENTS_PER_BATCH: "2" },
});
const api = new ApiClient(server);

test("an event may name as many channels as the limit says, and not one more", async () => {
  await using listener = await Peer.subscribed(server, "c");
  expect(answerOf(await api.trigger(["a", "b", "c"], "e", "x"))).toEqual(json("{}"));
  expect((await listener.nextEvent("e")).data).toBe("x");
  expect(answerOf(await api.trigger(["a", "b", "c", "d"], "e", "x"))).toEqual(invalid({
    channels: ["The channels field must not have more than 3 items (max_channels_per_event)."],
  }));
  await listener.expectSilence();
});

test("a batch may hold as many events as the limit says, and not one more", async () => {
  await using listener = await Peer.subscribed(server, "c");
  const event = { name: "e", data: "x", channel: "c" };
  expect(answerOf(await api.post("/batch_events", { batch: [event, event] }))).toEqual(json("{}"));
  await listener.nextEvent("e");
  await listener.nextEvent("e");
  expect(answerOf(await api.post("/batch_events", { batch: [event, event, event] }))).toEqual(invalid({
    batch: ["The batch field must not have more than 2 items (max_events_per_batch)."],
  }));
  await listener.expectSilence();
});

test("without a setting an event may name a hundred channels, as Laravel sends them", async () => {
  await using usual = await startServer();
  const hundred = Array.from({ length: 100 }, (_, n) => `channel-${n}`);
  expect(answerOf(await new ApiClient(usual).trigger(hundred, "e", "x"))).toEqual(json("{}"));
});

test("the events of cache channels are kept within their limits, the oldest go first", async () => {
  await using bounded = await startServer({ env: { REVERB_CACHE_MAX_EVENTS: "2" } });
  const client = new ApiClient(bounded);
  const cached = async (channel: string): Promise<string> =>
    (await client.get(`/channels/${channel}`, { info: "cache" })).text;
  for (const channel of ["cache-a", "cache-b", "cache-a", "cache-c"]) await client.trigger(channel, "e", "x");
  expect(await cached("cache-b")).toBe('{"occupied":false}');
  for (const channel of ["cache-a", "cache-c"]) {
    expect(await cached(channel)).toBe(
      `{"occupied":false,"cache":{"event":"e","data":"x","channel":"${channel}"}}`,
    );
  }
});
