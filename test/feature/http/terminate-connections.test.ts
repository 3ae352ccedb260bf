import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const ERROR = String
  .raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"Connection terminated by the application\"}"}`;
const CLOSE = { code: 4009, reason: "Connection terminated by the application", wasClean: true };

const server = useServer();
const api = new ApiClient(server);

function terminate(user: string): ReturnType<ApiClient["post"]> {
  return api.post(`/users/${encodeURIComponent(user)}/terminate_connections`, {});
}

test("every connection signed in as the user gets the error and is closed with 4009; the others stay", async () => {
  const first = await Peer.signedIn(server, "7"), second = await Peer.signedIn(server, "7");
  await using other = await Peer.signedIn(server, "8");
  await using anonymous = await Peer.connect(server);
  expect(answerOf(await terminate("7"))).toEqual(json("{}"));
  for (const client of [first, second]) {
    expect(await client.next()).toBe(ERROR);
    expect(await client.closed).toEqual(CLOSE);
  }
  await other.expectSilence();
  await anonymous.expectSilence();
});

test("connections that stand for the user on a presence channel are closed too", async () => {
  await using watcher = await Peer.subscribed(server, "presence-t", { user_id: "w", user_info: {} });
  const text = await Peer.subscribed(server, "presence-t", { user_id: "17", user_info: {} });
  const number = await Peer.subscribed(server, "presence-t", { user_id: 17, user_info: {} });
  expect(answerOf(await terminate("17"))).toEqual(json("{}"));
  for (const client of [text, number]) {
    expect((await client.nextEvent("pusher:error")).raw).toBe(ERROR);
    expect(await client.closed).toEqual(CLOSE);
  }
  expect((await watcher.nextEvent("pusher_internal:member_removed")).data).toBe('{"user_id":"17"}');
});

test("a user without connections is no error, and connections without a user are no obstacle", async () => {
  await using anonymous = await Peer.subscribed(server, "some-channel");
  expect(answerOf(await terminate("absent"))).toEqual(json("{}"));
  await anonymous.expectSilence();
});

test.each(["ü ser", "a/b", "100%", "me@example.com"])("a user called %s is found", async (user) => {
  const client = await Peer.signedIn(server, user);
  expect(answerOf(await terminate(user))).toEqual(json("{}"));
  expect(await client.next()).toBe(ERROR);
  expect(await client.closed).toEqual(CLOSE);
});

test("a call without a body is enough", async () => {
  const client = await Peer.signedIn(server, "bodyless");
  expect(answerOf(await api.request("POST", "/users/bodyless/terminate_connections"))).toEqual(json("{}"));
  expect(await client.closed).toEqual(CLOSE);
});
