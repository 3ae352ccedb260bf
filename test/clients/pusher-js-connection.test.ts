import { expect, test } from "bun:test";
import Pusher from "pusher-js";
import { startCluster } from "../support/cluster.ts";
import { HAS_REDIS, NO_REDIS } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { startRelay } from "../support/tcp-relay.ts";
import { connectPusher, openPusher, serverSdk } from "../support/client-libraries.ts";
import { EventLog } from "../support/event-log.ts";

const SUCCEEDED = "pusher:subscription_succeeded";

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

test("a server without another one beside it stops, and its clients come back to the next", async () => {
  const before = await startServer();
  // It stands for the one that a process manager starts next, and is up already, so that nothing here depends on how long that takes.
  await using after = await startServer();
  using client = await connectPusher(before);
  const log = EventLog.of(client.pusher.subscribe("survives"));
  await log.nextOf(SUCCEEDED);
  process.kill(before.pid, "SIGTERM");
  expect(await client.connection.nextOf("error")).toMatchObject({ data: { code: 4100 } });
  const closedAt = performance.now();
  expect(await before.exited).toBe(0);
  await using _relay = await startRelay(after.port, before.port);
  await client.connection.nextOf("connected");
  // pusher-js tries after a second. Had it found the port closed, it would have waited for fifteen.
  expect(performance.now() - closedAt).toBeLessThan(12_000);
  await log.nextOf(SUCCEEDED);
  await serverSdk(after).trigger("survives", "again", 1);
  expect(await log.nextOf("again")).toBe(1);
});

test.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))(
  "when a node stops, its clients go to another one at once and take their channels along",
  async () => {
    await using cluster = await startCluster({ nodes: 2, env: { REVERB_DRAIN_SECONDS: "0" } });
    const first = cluster.node(0), second = cluster.node(1);
    await using relay = await startRelay(first.port);
    using client = await connectPusher(relay);
    const log = EventLog.of(client.pusher.subscribe("survives"));
    await log.nextOf(SUCCEEDED);
    const firstId = client.pusher.connection.socket_id;
    relay.forwardTo(second.port);
    expect(await first.stop()).toBe(0);
    expect(await client.connection.nextOf("error")).toMatchObject({ data: { code: 4200 } });
    await client.connection.nextOf("connected");
    expect(client.pusher.connection.socket_id).not.toBe(firstId);
    await log.nextOf(SUCCEEDED);
    await serverSdk(second).trigger("survives", "again", 1);
    expect(await log.nextOf("again")).toBe(1);
  },
);

test.each(["stopped", "killed"])(
  "a server that was %s and comes back on its port is found again",
  async (how) => {
    const before = await startServer({ env: { REVERB_DRAIN_SECONDS: "0" } });
    using client = await connectPusher(before);
    const log = EventLog.of(client.pusher.subscribe("survives"));
    await log.nextOf(SUCCEEDED);
    if (how === "stopped") await before.stop();
    else await before.kill();
    await client.connection.nextOf("connecting");
    await using after = await startServer({ args: ["--port", String(before.port)] });
    // After a failed attempt pusher-js waits 15 seconds; a browser's "online" event makes it try again at once.
    Pusher.Runtime.getNetwork().emit("online");
    await client.connection.nextOf("connected");
    await log.nextOf(SUCCEEDED);
    await serverSdk(after).trigger("survives", "again", 1);
    expect(await log.nextOf("again")).toBe(1);
  },
);
