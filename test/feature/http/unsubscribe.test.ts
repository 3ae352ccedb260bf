import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { Peer } from "../../support/peer.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

const error = (channel: string): string =>
  `{"event":"pusher:subscription_error","channel":"${channel}","data":` +
  `{"type":"AuthError","error":"Unsubscribed by the application","status":403}}`;

function unsubscribe(user: string, channel: unknown): ReturnType<ApiClient["post"]> {
  return api.post(`/users/${encodeURIComponent(user)}/unsubscribe`, { channel });
}

test("a signed-in user is taken off the channels that fit, on each connection, and each client is told", async () => {
  await using first = await Peer.signedIn(server, "7");
  await using second = await Peer.signedIn(server, "7");
  await using other = await Peer.signedIn(server, "8");
  for (const peer of [first, second, other]) {
    for (const channel of ["private-chat.1", "private-chat.2", "news"]) await peer.subscribed(channel);
  }
  expect(answerOf(await unsubscribe("7", "private-chat.*"))).toEqual(json("{}"));
  for (const peer of [first, second]) {
    expect(await peer.nextFrames(2)).toEqual([error("private-chat.1"), error("private-chat.2")]);
  }
  await api.trigger("private-chat.1", "e", "gone");
  await api.trigger("news", "e", "here");
  for (const peer of [first, second]) expect((await peer.nextEvent("e")).data).toBe("here");
  expect([(await other.nextEvent("e")).data, (await other.nextEvent("e")).data]).toEqual(["gone", "here"]);
  // With a new signature it may come back: whether it gets one is up to the application.
  await first.subscribed("private-chat.1");
});

test("a member of a presence channel leaves it, and the others hear of it", async () => {
  await using watcher = await Peer.subscribed(server, "presence-room", { user_id: "w" });
  await using member = await Peer.subscribed(server, "presence-room", { user_id: "9" });
  await member.subscribed("news");
  expect(answerOf(await unsubscribe("9", "presence-room"))).toEqual(json("{}"));
  expect(await member.next()).toBe(error("presence-room"));
  expect((await watcher.nextEvent("pusher_internal:member_removed")).data).toBe('{"user_id":"9"}');
  expect((await api.get("/channels/presence-room/users")).text).toBe('{"users":[{"id":"w"}]}');
  await api.trigger("news", "e", "still here");
  expect((await member.nextEvent("e")).data).toBe("still here");
});

test("a user without connections is no error; a call without a pattern is", async () => {
  expect(answerOf(await unsubscribe("absent", "*"))).toEqual(json("{}"));
  for (const channel of ["", 7, undefined]) {
    expect((await unsubscribe("7", channel)).status).toBe(422);
  }
  expect((await api.request("POST", "/users/7/unsubscribe")).status).toBe(400);
  const stranger = await fetch(`${server.url}/apps/app-id/users/7/unsubscribe`, {
    method: "POST",
    body: "{}",
  });
  expect(stranger.status).toBe(401);
});

test("one connection is closed with 4009, after which client libraries do not come back", async () => {
  const one = await Peer.connect(server);
  await using other = await Peer.connect(server);
  expect(answerOf(await api.post(`/connections/${one.id}/close`, {}))).toEqual(json("{}"));
  expect((await one.nextEvent("pusher:error")).raw).toContain("Connection terminated by the application");
  expect((await one.closed).code).toBe(4009);
  expect(answerOf(await api.post("/connections/1.1/close", {}))).toEqual(json("{}"));
  expect((await api.post("/connections/none/close", {})).status).toBe(422);
  await other.expectSilence();
});
