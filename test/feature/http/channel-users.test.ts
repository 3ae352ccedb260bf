import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer();
const api = new ApiClient(server);

test("the users of a presence channel are listed once each, with the ids as they were sent", async () => {
  await using _one = await Peer.subscribed(server, "presence-a", { user_id: "1", user_info: { name: "A" } });
  await using _two = await Peer.subscribed(server, "presence-a", { user_id: 2, user_info: { name: "B" } });
  await using _again = await Peer.subscribed(server, "presence-a", {
    user_id: "1",
    user_info: { name: "A" },
  });
  await using _odd = await Peer.subscribed(server, "presence-a", { user_id: 'ü"\\', user_info: null });
  expect(answerOf(await api.get("/channels/presence-a/users")))
    .toEqual(json('{"users":[{"id":"1"},{"id":2},{"id":"ü\\"\\\\"}]}'));
});

test("a user stays on the list until the last of its connections has left", async () => {
  await using watcher = await Peer.subscribed(server, "presence-b", { user_id: "w", user_info: {} });
  await using first = await Peer.subscribed(server, "presence-b", { user_id: "u", user_info: {} });
  await using second = await Peer.subscribed(server, "presence-b", { user_id: "u", user_info: {} });
  await watcher.nextEvent("pusher_internal:member_added");
  first.send({ event: "pusher:unsubscribe", data: { channel: "presence-b" } });
  await first.expectSilence();
  expect((await api.get("/channels/presence-b/users")).text).toBe('{"users":[{"id":"w"},{"id":"u"}]}');
  await second.close();
  await watcher.nextEvent("pusher_internal:member_removed");
  expect((await api.get("/channels/presence-b/users")).text).toBe('{"users":[{"id":"w"}]}');
});

test("a presence channel without subscribers answers 404 with an empty object", async () => {
  for (const channel of ["presence-empty", "presence-cache-empty"]) {
    expect(answerOf(await api.get(`/channels/${channel}/users`))).toEqual(json("{}", 404));
  }
});

test("a name that is no presence channel answers 400 with an empty object, occupied or vacant", async () => {
  for (const channel of ["open", "private-open", "presence", "presences-open", "#server-to-user-1"]) {
    const path = `/channels/${encodeURIComponent(channel)}/users`;
    expect(answerOf(await api.get(path))).toEqual(json("{}", 400));
    if (channel.startsWith("#")) continue;
    await using _client = await Peer.subscribed(server, channel);
    expect(answerOf(await api.get(path))).toEqual(json("{}", 400));
  }
});
