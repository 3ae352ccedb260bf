import { expect, test } from "bun:test";
import { startServer } from "../support/start-server.ts";
import { connectPusher, openPusher } from "../support/client-libraries.ts";

test("an unknown application key ends the attempt for good with 4001", async () => {
  await using server = await startServer();
  using client = openPusher(server, { key: "unknown" });
  expect(await client.connection.nextOf("error")).toEqual({
    type: "WebSocketError",
    error: { type: "PusherError", data: { code: 4001, message: "Application does not exist" } },
  });
  await client.connection.nextOf("disconnected");
  expect(client.pusher.connection.state).toBe("disconnected");
});

test("one connection too many ends for good with 4004, and the others stay", async () => {
  await using server = await startServer({ env: { REVERB_APP_MAX_CONNECTIONS: "1" } });
  using first = await connectPusher(server);
  using second = openPusher(server);
  expect(await second.connection.nextOf("error")).toMatchObject({ error: { data: { code: 4004 } } });
  await second.connection.nextOf("disconnected");
  expect(first.pusher.connection.state).toBe("connected");
});

test("the activity timeout is the application's", async () => {
  await using server = await startServer({ env: { REVERB_APP_ACTIVITY_TIMEOUT: "7" } });
  using client = await connectPusher(server);
  // The library counts in milliseconds.
  expect(client.pusher.connection.activityTimeout).toBe(7000);
});

test("a silent client answers the server's pings and stays", async () => {
  await using server = await startServer({ env: { REVERB_APP_PING_INTERVAL: "1" } });
  using client = await connectPusher(server);
  for (let pings = 0; pings < 2;) {
    const { event } = await client.connection.nextOf("message") as { event: string };
    if (event === "pusher:ping") pings++;
  }
  expect(client.pusher.connection.state).toBe("connected");
});

test("the server answers the pings of a client that has heard nothing for the activity timeout", async () => {
  await using server = await startServer({ env: { REVERB_APP_ACTIVITY_TIMEOUT: "1" } });
  using client = await connectPusher(server);
  expect(await client.connection.nextOf("message")).toMatchObject({ event: "pusher:pong" });
});

test("a server below a path prefix is found there", async () => {
  await using server = await startServer({ env: { REVERB_SERVER_PATH: "/ws" } });
  using _client = await connectPusher(server, { path: "/ws" });
});
