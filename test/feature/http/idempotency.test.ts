import { expect, test } from "bun:test";
import { ApiClient, type ApiResponse } from "../../support/api-client.ts";
import { answerOf, invalid, json, sentence } from "../../support/answer-of.ts";
import { Peer } from "../../support/peer.ts";
import { scrape, startWatched } from "../../support/scrape.ts";
import { useResource } from "../../support/use-resource.ts";

const watched = useResource(() => startWatched({ env: { REVERB_APP_IDEMPOTENCY_MAX_KEYS: "12" } }));
const api = (): ApiClient => new ApiClient(watched.server);
let names = 0;

/** A subscriber of a channel of its own. */
async function subscriber(): Promise<Peer & { channel: string }> {
  const channel = `news-${++names}`;
  return Object.assign(await Peer.subscribed(watched.server, channel), { channel });
}

function keyed(key: string): { headers: Record<string, string> } {
  return { headers: { "Idempotency-Key": key } };
}

function isReplayed(answer: ApiResponse): boolean {
  return answer.headers.get("idempotent-replayed") === "true";
}

test("a repeated call gets the first answer and delivers nothing", async () => {
  await using peer = await subscriber();
  const event = { name: "e", data: "x", channel: peer.channel, info: "subscription_count" };
  const first = await api().post("/events", event, keyed("order-1"));
  const answer = json(JSON.stringify({ channels: { [peer.channel]: { subscription_count: 1 } } }));
  expect([answerOf(first), isReplayed(first)]).toEqual([answer, false]);
  await using other = await Peer.subscribed(watched.server, peer.channel);
  for (const key of ["order-1", '"order-1"']) {
    const again = await api().post("/events", event, keyed(key));
    expect([answerOf(again), isReplayed(again)]).toEqual([answer, true]);
  }
  await peer.nextEvent("e");
  for (const each of [peer, other]) await each.expectSilence();
});

test("of many calls at once with one key in the body one delivers", async () => {
  await using peer = await subscriber();
  const body = { name: "e", data: "x", channels: [peer.channel], idempotency_key: "in the body ü" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => api().post("/events", body)));
  expect(new Set(answers.map((each) => JSON.stringify(answerOf(each))))).toEqual(
    new Set([JSON.stringify(json("{}"))]),
  );
  expect(answers.filter(isReplayed)).toHaveLength(19);
  await peer.nextEvent("e");
  await peer.expectSilence();
});

test("a batch is delivered once as a whole", async () => {
  await using peer = await subscriber();
  const batch = ["one", "two"].map((name) => ({ name, data: "x", channel: peer.channel }));
  for (const more of [{}, {}]) {
    expect(answerOf(await api().post("/batch_events", { batch, ...more }, keyed("batch")))).toEqual(
      json("{}"),
    );
  }
  await peer.nextEvent("one");
  await peer.nextEvent("two");
  await peer.expectSilence();
});

test("a key stands for one body on one route", async () => {
  await using peer = await subscriber();
  const event = { name: "e", data: "1", channel: peer.channel };
  await api().post("/events", event, keyed("one-body"));
  const reused = sentence(422, "This idempotency key was used for a call with another body.");
  expect(answerOf(await api().post("/events", { ...event, data: "2" }, keyed("one-body")))).toEqual(reused);
  expect(answerOf(await api().post("/batch_events", { batch: [event] }, keyed("one-body")))).toEqual(reused);
  await peer.nextEvent("e");
  await peer.expectSilence();
});

test("a call that is turned down uses no key", async () => {
  await using peer = await subscriber();
  const event = { name: "e", data: "x", channel: peer.channel };
  const call = { ...keyed("refused-first"), secret: "wrong" };
  expect((await api().post("/events", event, call)).status).toBe(401);
  expect((await api().post("/events", { ...event, channel: "#no" }, keyed("refused-first"))).status).toBe(
    422,
  );
  const first = await api().post("/events", event, keyed("refused-first"));
  expect([answerOf(first), isReplayed(first)]).toEqual([json("{}"), false]);
  await peer.nextEvent("e");
  await peer.expectSilence();
});

test("keys that cannot be used, or for which there is no room, are refused and counted", async () => {
  await using peer = await subscriber();
  const event = { name: "e", data: "x", channel: peer.channel };
  const inBody = (key: unknown): Promise<ApiResponse> =>
    api().post("/events", { ...event, idempotency_key: key });
  expect(answerOf(await api().post("/events", { ...event, idempotency_key: "a" }, keyed("b")))).toEqual(
    sentence(400, "The Idempotency-Key header and the idempotency_key of the body differ."),
  );
  expect(answerOf(await api().post("/events", event, keyed("k".repeat(256))))).toEqual(
    sentence(400, "The Idempotency-Key header must have 1 to 255 printable ASCII characters."),
  );
  expect(answerOf(await inBody("k".repeat(256)))).toEqual(
    invalid({ idempotency_key: ["The idempotency key field must not be greater than 255 characters."] }),
  );
  let full: ApiResponse | undefined;
  for (let count = 0; count < 13 && full === undefined; count++) {
    const answer = await inBody(`key-${count}`);
    if (answer.status === 429) full = answer;
    else await peer.nextEvent("e");
  }
  expect(full?.text).toContain("idempotency.max_keys");
  expect(answerOf(await inBody("key-0"))).toEqual(json("{}"));
  // Without a key there is no limit.
  expect((await api().post("/events", event)).status).toBe(200);
  await peer.nextEvent("e");
  await peer.expectSilence();
  const metrics = await scrape(watched.metricsUrl);
  const refused = (reason: string): number | undefined =>
    metrics.value("resound_refusals_total", { application: "app-id", reason });
  expect(["api_idempotency_key", "api_idempotency_reused", "api_idempotency_full"].map(refused)).toEqual([
    3,
    2,
    1,
  ]);
  expect(metrics.value("resound_api_repeated_calls_total", { application: "app-id" })).toBe(23);
});
