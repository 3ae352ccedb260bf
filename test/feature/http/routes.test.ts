import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { TEST_APPLICATION } from "../../support/test-application.ts";
import { type Answer, answerOf, sentence } from "../../support/answer-of.ts";
import { useServer } from "../../support/use-server.ts";

const server = useServer();
const api = new ApiClient(server);

async function unsigned(path: string, init: RequestInit = {}): Promise<Answer & { allow: string | null }> {
  const response = await fetch(server.url + path, init);
  const { status, headers } = response;
  return { ...answerOf({ status, headers, text: await response.text() }), allow: headers.get("allow") };
}

test.each([
  "/",
  "/apps",
  "/apps/",
  "/app",
  "/apps/app-id/nothing",
  "/nothing/up",
  "/apps/app-id/events/more",
])(
  "%s is not found",
  async (path) => {
    expect(await unsigned(path)).toEqual({ ...sentence(404, "Not found."), allow: null });
  },
);

test("an application that is not configured is not found, by name, before anything is signed", async () => {
  const stranger = new ApiClient(server, { ...TEST_APPLICATION, id: "stranger" });
  const answer = sentence(404, "No matching application for ID [stranger].");
  expect(answerOf(await stranger.get("/channels"))).toEqual(answer);
  expect(answerOf(await stranger.trigger("a", "e", "x"))).toEqual(answer);
  expect(await unsigned("/apps/stranger/connections")).toEqual({ ...answer, allow: null });
  expect((await unsigned("/apps/%3Cb%3E%20%C3%BC/connections")).body)
    .toBe("No matching application for ID [<b> ü].");
  expect((await unsigned("/apps/App-Id/connections")).body).toBe("No matching application for ID [App-Id].");
});

test.each([
  ["GET", "/apps/app-id/events", "POST"],
  ["PUT", "/apps/app-id/events", "POST"],
  ["DELETE", "/apps/app-id/batch_events", "POST"],
  ["POST", "/apps/app-id/channels", "GET"],
  ["POST", "/apps/app-id/channels/a", "GET"],
  ["PATCH", "/apps/app-id/channels/a/users", "GET"],
  ["POST", "/apps/app-id/connections", "GET"],
  ["GET", "/apps/app-id/users/1/terminate_connections", "POST"],
  ["OPTIONS", "/apps/app-id/events", "POST"],
  ["POST", "/app/app-key", "GET"],
  ["POST", "/up", "GET"],
])("%s %s is refused and told that it takes %s", async (method, path, allow) => {
  expect(await unsigned(path, { method })).toEqual({ ...sentence(405, "Method not allowed."), allow });
});

test("a slash at the end of a path is forgiven, and signed as it is sent", async () => {
  expect((await api.get("/connections/")).text).toBe('{"connections":0}');
});

test("a plain request for the address of WebSockets is told so", async () => {
  const response = await fetch(`${server.url}/app/app-key?protocol=7`);
  const { status, headers } = response;
  expect(answerOf({ status, headers, text: await response.text() }))
    .toEqual(sentence(426, "This address is for WebSocket connections."));
  expect(headers.get("upgrade")).toBe("websocket");
});
