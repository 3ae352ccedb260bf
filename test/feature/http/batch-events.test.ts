import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, invalid, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer();
const api = new ApiClient(server);

test("the events of a batch arrive in their order, and without info the answer is Pusher's", async () => {
  await using listener = await Peer.subscribed(server, "a");
  await listener.subscribed("private-b");
  const answer = await api.post("/batch_events", {
    batch: [
      { name: "one", data: '{"n":1}', channel: "a" },
      { name: "two", data: "{}", channel: "private-b" },
      { name: "three", data: "ü", channel: "a" },
      { name: "four", data: "x", channel: "empty" },
    ],
  });
  expect(answerOf(answer)).toEqual(json("{}"));
  expect(await listener.next()).toBe(String.raw`{"event":"one","data":"{\"n\":1}","channel":"a"}`);
  expect(await listener.next()).toBe('{"event":"two","data":"{}","channel":"private-b"}');
  expect(await listener.next()).toBe('{"event":"three","data":"ü","channel":"a"}');
  await listener.expectSilence();
});

test("with info the answer lists one object for each event", async () => {
  await using member = await Peer.subscribed(server, "presence-c", { user_id: "1", user_info: {} });
  await member.subscribed("c");
  const answer = await api.post("/batch_events", {
    batch: [
      { name: "e", data: "x", channel: "presence-c", info: "user_count" },
      { name: "e", data: "x", channel: "c" },
      { name: "e", data: "x", channel: "c", info: "subscription_count,user_count" },
    ],
  });
  expect(answerOf(answer)).toEqual(json('{"batch":[{"user_count":1},{},{"subscription_count":1}]}'));
});

test("with info the list has an entry for each event, also where no client listens", async () => {
  const batch = [
    { name: "e", data: "x", channel: "d", info: "user_count" },
    { name: "e", data: "x", channel: "presence-d", info: "user_count,subscription_count" },
    { name: "e", data: "x", channel: "d" },
  ];
  expect(answerOf(await api.post("/batch_events", { batch }))).toEqual(json('{"batch":[{},{},{}]}'));
  expect(answerOf(await api.post("/batch_events", { batch: batch.slice(0, 1) }))).toEqual(
    json('{"batch":[{}]}'),
  );
});

test("each event leaves out the connection that its own socket_id names", async () => {
  await using first = await Peer.subscribed(server, "e");
  await using second = await Peer.subscribed(server, "e");
  await api.post("/batch_events", {
    batch: [
      { name: "not-first", data: "x", channel: "e", socket_id: first.id },
      { name: "not-second", data: "x", channel: "e", socket_id: second.id },
    ],
  });
  expect((await second.nextEvent("not-first")).channel).toBe("e");
  await second.expectSilence();
  expect((await first.nextEvent("not-second")).channel).toBe("e");
  await first.expectSilence();
});

test("a batch reaches a signed-in user", async () => {
  await using user = await Peer.signedIn(server, "9");
  await api.post("/batch_events", { batch: [{ name: "e", data: "x", channel: "#server-to-user-9" }] });
  expect(await user.next()).toBe('{"event":"e","data":"x","channel":"#server-to-user-9"}');
});

test("nothing is sent unless every event is valid", async () => {
  await using listener = await Peer.subscribed(server, "f");
  const answer = await api.post("/batch_events", {
    batch: [{ name: "e", data: "x", channel: "f" }, { name: "e", channel: "f" }],
  });
  expect(answerOf(answer)).toEqual(invalid({ "batch.1.data": ["The batch.1.data field is required."] }));
  await listener.expectSilence();
});
