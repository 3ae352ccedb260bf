import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";
import { Peer } from "../../support/peer.ts";

const server = useServer();
const api = new ApiClient(server);

test("every established connection counts, subscribed or not, and each once", async () => {
  expect(answerOf(await api.get("/connections"))).toEqual(json('{"connections":0}'));
  await using watcher = await Peer.subscribed(server, "presence-watch", { user_id: "w", user_info: {} });
  const idle = await Peer.connect(server);
  const leaving = await Peer.subscribed(server, "presence-watch", { user_id: "l", user_info: {} });
  await leaving.subscribed("another");
  expect((await api.get("/connections")).text).toBe('{"connections":3}');

  leaving.terminate();
  await watcher.nextEvent("pusher_internal:member_removed");
  expect((await api.get("/connections")).text).toBe('{"connections":2}');
  await idle.subscribed("presence-watch", { user_id: "i", user_info: {} });
  await idle.close();
  await watcher.nextEvent("pusher_internal:member_removed");
  expect(answerOf(await api.get("/connections"))).toEqual(json('{"connections":1}'));
});
