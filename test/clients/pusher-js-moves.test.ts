import { expect, test } from "bun:test";
import Pusher from "pusher-js";
import { startCluster } from "../support/cluster.ts";
import { freePort } from "../support/free-port.ts";
import { HAS_REDIS, NO_REDIS } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { startServer } from "../support/start-server.ts";
import { startRelay } from "../support/tcp-relay.ts";
import { connectPusher, serverSdk } from "../support/client-libraries.ts";
import { EventLog } from "../support/event-log.ts";

const SUCCEEDED = "pusher:subscription_succeeded";

/** A port that no other test is given while no server has it. */
async function ownPort(): Promise<readonly string[]> {
  return ["--port", String(await freePort())];
}

test("a server without another one beside it stops, and its clients come back to the next", async () => {
  const before = await startServer();
  // It stands for the one that a process manager starts next, and is up already, so that nothing here depends on how long that takes.
  await using after = await startServer();
  await using relay = await startRelay(before.port);
  using client = await connectPusher(relay);
  const log = EventLog.of(client.pusher.subscribe("survives"));
  await log.nextOf(SUCCEEDED);
  relay.forwardTo(after.port);
  let closedAt: number | undefined;
  client.pusher.connection.bind("error", () => closedAt ??= performance.now());
  process.kill(before.pid, "SIGTERM");
  expect(await client.connection.nextOf("error")).toMatchObject({ data: { code: 4100 } });
  await client.connection.nextOf("connected");
  // pusher-js tries after a second and not at once, when it would find the port closed, and wait for fifteen.
  const away = performance.now() - (closedAt ?? 0);
  expect([away > 900, away < 12_000]).toEqual([true, true]);
  expect(await before.exited).toBe(0);
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
    const before = await startServer({ args: await ownPort(), env: { REVERB_DRAIN_SECONDS: "0" } });
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
