import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connect, socketPath } from "../../support/socket-client.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { answerOf, json, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer({ args: ["--path", "/ws/v1"] });

test("everything is below the prefix, and nothing beside it", async () => {
  const api = new ApiClient(server, TEST_APPLICATION, "/ws/v1");
  const client = await connect(server, { path: `/ws/v1${socketPath(TEST_APPLICATION.key)}` });
  await client.established();
  client.send({ event: "pusher:subscribe", data: { channel: "a", auth: "" } });
  await client.nextEvent("pusher_internal:subscription_succeeded");
  expect(answerOf(await api.trigger("a", "e", "x"))).toEqual(json("{}"));
  expect(await client.next()).toBe('{"event":"e","data":"x","channel":"a"}');
  expect(answerOf(await api.get("/channels/a"))).toEqual(json('{"occupied":true}'));
  expect(answerOf(await api.request("DELETE", "/channels/a"))).toEqual(sentence(405, "Method not allowed."));
  expect((await fetch(`${server.url}/ws/v1/up`)).status).toBe(200);
  for (const path of ["/up", "/ws/up", "/ws/v12/up"]) {
    expect((await fetch(server.url + path)).status).toBe(404);
  }
  expect(answerOf(await new ApiClient(server).get("/channels"))).toEqual(sentence(404, "Not found."));
  await client.close();
});

test("client libraries do not sign the prefix", async () => {
  const api = new ApiClient(server, TEST_APPLICATION, "/ws/v1");
  expect((await api.get("/connections")).status).toBe(200);
  expect(answerOf(await api.get("/connections", {}, { signedPath: "/ws/v1/apps/app-id/connections" })))
    .toEqual(sentence(401, "Authentication signature invalid."));
});
