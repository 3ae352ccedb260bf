import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { answerOf, json } from "../../support/answer-of.ts";
import { join, peer, subscriber } from "../../support/subscriber.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

test("every established connection counts, subscribed or not, and each once", async () => {
  expect(answerOf(await api.get("/connections"))).toEqual(json('{"connections":0}'));
  await using watcher = await subscriber(server, "presence-watch", { user_id: "w", user_info: {} });
  const idle = await peer(server);
  const leaving = await subscriber(server, "presence-watch", { user_id: "l", user_info: {} });
  await join(leaving, "another");
  expect((await api.get("/connections")).text).toBe('{"connections":3}');

  leaving.client.terminate();
  await watcher.client.nextEvent("pusher_internal:member_removed");
  expect((await api.get("/connections")).text).toBe('{"connections":2}');
  await join(idle, "presence-watch", { user_id: "i", user_info: {} });
  await idle.client.close();
  await watcher.client.nextEvent("pusher_internal:member_removed");
  expect(answerOf(await api.get("/connections"))).toEqual(json('{"connections":1}'));
});
