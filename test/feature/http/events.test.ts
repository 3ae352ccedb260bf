import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer();
const api = new ApiClient(server);

test("an event reaches the subscribers of its channel with Reverb's bytes", async () => {
  await using first = await Peer.subscribed(server, "orders");
  await using second = await Peer.subscribed(server, "orders");
  await using other = await Peer.subscribed(server, "other");
  const answer = await api.post("/events", {
    name: String.raw`App\Events\OrderShipped`,
    channels: ["orders"],
    data: '{"foo":1}',
  });
  expect(answerOf(answer)).toEqual(json("{}"));
  const frame = String.raw`{"event":"App\\Events\\OrderShipped","data":"{\"foo\":1}","channel":"orders"}`;
  expect(await first.next()).toBe(frame);
  expect(await second.next()).toBe(frame);
  await other.expectSilence();
});

test("an event for several channels arrives once on each", async () => {
  await using both = await Peer.subscribed(server, "several-a");
  await both.subscribed("private-several-b");
  const answer = await api.trigger(["several-a", "private-several-b", "several-empty"], "e", "x");
  expect(answerOf(answer)).toEqual(json("{}"));
  expect([await both.next(), await both.next()].sort()).toEqual([
    '{"event":"e","data":"x","channel":"private-several-b"}',
    '{"event":"e","data":"x","channel":"several-a"}',
  ]);
  await both.expectSilence();
});

test("a channel that is named twice gets the event once", async () => {
  await using listener = await Peer.subscribed(server, "twice");
  expect((await api.trigger(["twice", "twice"], "e", "x")).text).toBe("{}");
  expect(await listener.next()).toBe('{"event":"e","data":"x","channel":"twice"}');
  await listener.expectSilence();
});

test("the older field channel names one channel", async () => {
  await using listener = await Peer.subscribed(server, "older");
  const answer = await api.post("/events", { name: "e", data: "x", channel: "older" });
  expect(answerOf(answer)).toEqual(json("{}"));
  expect(await listener.next()).toBe('{"event":"e","data":"x","channel":"older"}');
});

test("channels wins where channel is given as well", async () => {
  await using listener = await Peer.subscribed(server, "loser");
  await listener.subscribed("winner");
  await api.post("/events", { name: "e", data: "x", channel: "loser", channels: ["winner"] });
  expect(await listener.next()).toBe('{"event":"e","data":"x","channel":"winner"}');
  await listener.expectSilence();
});

test("the connection that socket_id names is left out", async () => {
  await using sender = await Peer.subscribed(server, "toothers");
  await using receiver = await Peer.subscribed(server, "toothers");
  const answer = await api.trigger("toothers", "e", "x", { socket_id: sender.id });
  expect(answerOf(answer)).toEqual(json("{}"));
  expect(await receiver.next()).toBe('{"event":"e","data":"x","channel":"toothers"}');
  await sender.expectSilence();
});

test("a socket_id that is not connected, or is not on the channel, leaves no subscriber out", async () => {
  await using outsider = await Peer.connect(server);
  await using receiver = await Peer.subscribed(server, "outsiders");
  for (const socketId of ["1234.5678", "0.0", "", outsider.id]) {
    const answer = await api.trigger("outsiders", "e", `not ${socketId}`, { socket_id: socketId });
    expect(answerOf(answer)).toEqual(json("{}"));
    expect((await receiver.nextEvent("e")).data).toBe(`not ${socketId}`);
  }
  await outsider.expectSilence();
});

test("info gives for every channel what fits its kind", async () => {
  await using first = await Peer.subscribed(server, "presence-info", { user_id: "1", user_info: {} });
  await using second = await Peer.subscribed(server, "presence-info", { user_id: "1", user_info: {} });
  await first.subscribed("info-public");
  await second.subscribed("info-public");
  const answer = await api.trigger(["presence-info", "info-public", "info-empty"], "e", "x", {
    info: "user_count,subscription_count",
  });
  expect(answerOf(answer)).toEqual(
    json(
      '{"channels":{"presence-info":{"user_count":1},"info-public":{"subscription_count":2},"info-empty":{}}}',
    ),
  );
});

test("unknown attributes and an empty info are left out", async () => {
  expect((await api.trigger("empty", "e", "x", { info: "nonsense, occupied" })).text)
    .toBe('{"channels":{"empty":{"occupied":false}}}');
  expect((await api.trigger("empty", "e", "x", { info: "" })).text).toBe('{"channels":{"empty":{}}}');
});

test("a channel called __proto__ is a channel like any other", async () => {
  await using listener = await Peer.subscribed(server, "__proto__");
  const answer = await api.post(
    "/events",
    '{"name":"e","data":"x","channels":["__proto__"],"info":"subscription_count"}',
  );
  expect(answerOf(answer)).toEqual(json('{"channels":{"__proto__":{"subscription_count":1}}}'));
  expect(await listener.next()).toBe('{"event":"e","data":"x","channel":"__proto__"}');
});

const DATA = [
  "plain text",
  "{}",
  "[]",
  '{"a":{},"b":[],"c":null}',
  ' { "spaced" : 1.0 , "spaced" : 2 } ',
  "1e400",
  '{"path":"a/b","escaped":"a\\/b","unicode":"ü€𝄞 \\u00fc"}',
  '"a JSON string"',
  "line\nfeed\ttab\u0000null\u007f",
  "\u2028 and \u2029",
  "lone \ud800 surrogate",
  "<script>&'\"\\",
  "not {json",
];

test.each(DATA)("data arrives untouched: %j", async (data) => {
  await using listener = await Peer.subscribed(server, "untouched");
  expect(answerOf(await api.trigger("untouched", "e", data))).toEqual(json("{}"));
  expect(await listener.next()).toBe(
    `{"event":"e","data":${JSON.stringify(data)},"channel":"untouched"}`,
  );
});

test("data arrives untouched when the body has it in PHP's escapes", async () => {
  await using listener = await Peer.subscribed(server, "php-escapes");
  const body = String
    .raw`{"name":"e","data":"{\"n\":\"\u00fc\\\/ \ud834\udd1e\"}","channels":["php-escapes"]}`;
  expect(answerOf(await api.post("/events", body))).toEqual(json("{}"));
  expect((await listener.nextEvent("e")).data).toBe('{"n":"ü\\/ 𝄞"}');
});

test("event names and channel names may be of any script", async () => {
  await using listener = await Peer.subscribed(server, "kanäle/日本;=@,.");
  const answer = await api.trigger("kanäle/日本;=@,.", 'größe "x"', "x", { info: "subscription_count" });
  expect(answerOf(answer)).toEqual(json('{"channels":{"kanäle/日本;=@,.":{"subscription_count":1}}}'));
  expect(await listener.next()).toBe(
    '{"event":"größe \\"x\\"","data":"x","channel":"kanäle/日本;=@,."}',
  );
});

test("a user's own channel reaches every connection signed in as that user, and no other", async () => {
  await using first = await Peer.signedIn(server, "42");
  await using second = await Peer.signedIn(server, "42");
  await using stranger = await Peer.signedIn(server, "43");
  const answer = await api.trigger("#server-to-user-42", "greeting", { hello: "world" });
  expect(answerOf(answer)).toEqual(json("{}"));
  const frame = String
    .raw`{"event":"greeting","data":"{\"hello\":\"world\"}","channel":"#server-to-user-42"}`;
  expect(await first.next()).toBe(frame);
  expect(await second.next()).toBe(frame);
  await stranger.expectSilence();
});

test("socket_id leaves one connection of a user out as well", async () => {
  await using sender = await Peer.signedIn(server, "77");
  await using receiver = await Peer.signedIn(server, "77");
  await api.trigger("#server-to-user-77", "e", "x", { socket_id: sender.id });
  expect(await receiver.next()).toBe('{"event":"e","data":"x","channel":"#server-to-user-77"}');
  await sender.expectSilence();
});

test("a thousand events in a row arrive in their order", async () => {
  await using listener = await Peer.subscribed(server, "in-order");
  for (let n = 0; n < 1000; n++) await api.trigger("in-order", "e", String(n));
  for (let n = 0; n < 1000; n++) {
    expect(await listener.next()).toBe(`{"event":"e","data":"${n}","channel":"in-order"}`);
  }
});

test("a body counts as JSON under any content type", async () => {
  const headers = { "Content-Type": "text/plain" };
  expect(answerOf(await api.post("/events", { name: "e", data: "x", channel: "a" }, { headers })))
    .toEqual(json("{}"));
});

test("a list that PHP wrote as an object, because it had gaps, is a list", async () => {
  await using listener = await Peer.subscribed(server, "gaps-3");
  const event = { name: "e", data: "x", channels: { 1: "gaps-1", 3: "gaps-3" } };
  expect(answerOf(await api.post("/events", event))).toEqual(json("{}"));
  expect((await listener.nextEvent("e")).channel).toBe("gaps-3");
  const batch = { 2: { name: "e", data: "y", channel: "gaps-3" } };
  expect(answerOf(await api.post("/batch_events", { batch }))).toEqual(json("{}"));
  expect((await listener.nextEvent("e")).data).toBe("y");
});

test("socket_id and info that are null count as left out", async () => {
  expect(answerOf(await api.trigger("a", "e", "x", { socket_id: null, info: null }))).toEqual(json("{}"));
});
