import { expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { childrenOf } from "../../support/children-of.ts";
import { startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { startHolding } from "../../support/held-successor.ts";
import { Peer } from "../../support/peer.ts";
import { RawSocket } from "../../support/raw-socket.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { type FinishedRun, runResound } from "../../support/run-resound.ts";
import { serverTarget } from "../../support/server-target.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { type RunningServer, startServer } from "../../support/start-server.ts";
import { startWatched } from "../../support/watched-server.ts";
import { isAlive } from "../../support/worker-processes.ts";

// What is tried here is the work of the processes, which is the same on every runtime that can do it.
const elsewhere = skipWhen(serverTarget() !== "bun", "handovers with faults are tried on Bun alone");

/** Clients of whom one moves every 50 ms with a long drain. */
const MANY = 200;
const LONG_DRAIN = { REVERB_DRAIN_SECONDS: "3600" };

function restart({ directory }: Pick<RunningServer, "directory">): Promise<FinishedRun> {
  return runResound(["restart", "--laravel", directory]);
}

test.skipIf(elsewhere)(
  "a webhook that is under way stays with its sender, and what comes of the move is told once",
  async () => {
    await using watched = await startWatched("channel_occupied,channel_vacated", {
      env: { REVERB_WEBHOOK_HOLD_SECONDS: "0.1" },
    });
    const { server, receiver } = watched;
    // Longer than a handover takes.
    receiver.expect({ kind: "slow", milliseconds: 2500 });
    const client = await Peer.subscribed(server, "news"), moves = await Peer.subscribed(server, "orders");
    await receiver.requested(1);
    const restarted = restart(server);
    expect([(await client.closed).code, (await moves.closed).code]).toEqual([4200, 4200]);
    await using _moved = await Peer.subscribed(server, "orders");
    expect((await restarted).code).toBe(0);
    // The channel whose client has moved was neither vacated nor occupied anew. That of the client that does not come back is vacated
    // after 15 seconds, which are not waited for here.
    const events = await receiver.until(2);
    expect(events.map(({ name, channel }) => `${name} ${channel}`).toSorted()).toEqual([
      "channel_occupied news",
      "channel_occupied orders",
    ]);
    expect(await server.stop()).toBe(0);
    expect(receiver.events).toHaveLength(2);
  },
);

test.skipIf(elsewhere)(
  "a slow reader gets what waits for it, and holds no handover up for long",
  async () => {
    await using server = await startServer({ env: { REVERB_DRAIN_SECONDS: "0" } });
    const raw = await RawSocket.open(server);
    await raw.upgrade();
    await raw.readText();
    raw.send({ event: "pusher:subscribe", data: { channel: "news" } });
    await raw.readText();
    raw.pause();
    const api = new ApiClient(server), data = "x".repeat(9000);
    for (let count = 0; count < 60; count++) await api.trigger("news", "e", data);
    const restarted = restart(server);
    await server.output.waitFor(/Restarting/);
    raw.resume();
    const { code, texts } = await raw.readClose();
    expect([code, texts.length]).toEqual([4200, 60]);
    expect((await restarted).code).toBe(0);
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(elsewhere || skipWhen(!HAS_REDIS, NO_REDIS))(
  "with scaling a member who moves neither leaves nor joins",
  async () => {
    await using cluster = await startCluster({ nodes: 2, env: { REVERB_DRAIN_SECONDS: "0" } });
    const [server, other] = [cluster.node(0), cluster.node(1)], room = "presence-room";
    const watcher = await Peer.subscribed(other, room, { user_id: "watcher" });
    const moving = await Peer.subscribed(server, room, { user_id: "moves" });
    await watcher.nextEvent("pusher_internal:member_added");
    const restarted = restart(server);
    expect((await moving.closed).code).toBe(4200);
    await using _moved = await Peer.subscribed(server, room, { user_id: "moves" });
    expect((await restarted).code).toBe(0);
    // The old node has left the cluster.
    await eventually(() => other.metric("resound_cluster_nodes"), (nodes) => nodes === 2);
    expect((await new ApiClient(other).trigger(room, "e", "x")).status).toBe(200);
    expect(JSON.parse(await watcher.next())).toMatchObject({ event: "e" });
  },
);

test.skipIf(elsewhere)("while Redis is away the place is handed over all the same", async () => {
  // Reserved (RFC 6335, 6): no program listens there.
  const env = { REVERB_SCALING_ENABLED: "true", REDIS_HOST: "127.0.0.1", REDIS_PORT: "1" };
  await using server = await startServer({ env });
  const [client] = await Peer.connectAll(server, 1) as [Peer];
  expect((await restart(server)).code).toBe(0);
  expect((await client.closed).code).toBe(4200);
  await using again = await Peer.connect(server);
  await again.ask("pusher:ping", {});
});

test.skipIf(elsewhere)(
  "a new process that is killed before it listens leaves the server as it was",
  async () => {
    await using server = await startHolding();
    const [client] = await Peer.connectAll(server, 1) as [Peer];
    const restarted = restart(server);
    process.kill(await server.held(), "SIGKILL");
    const { code, stderr } = await restarted;
    expect([code, stderr.length]).toEqual([1, 3]);
    await client.ask("pusher:ping", {});
    server.goOn();
    expect((await restart(server)).code).toBe(0);
  },
);

test.skipIf(elsewhere)(
  "SIGTERM to the whole group is a stop, also for a process that is starting",
  async () => {
    await using server = await startHolding();
    const restarted = restart(server), child = await server.held();
    for (const pid of [server.pid, child]) process.kill(pid, "SIGTERM");
    process.kill(child, "SIGCONT");
    expect(await server.exited).toBe(0);
    expect((await restarted).code).toBe(1);
  },
);

test.skipIf(elsewhere)(
  "an old process that is killed while its clients move leaves all to the new one",
  async () => {
    await using server = await startServer({ env: LONG_DRAIN });
    expect((await restart(server)).code).toBe(0);
    const [old] = childrenOf(server.pid) as [number];
    const clients = await Peer.connectAll(server, MANY);
    const restarted = restart(server);
    await Promise.race(clients.map(({ closed }) => closed));
    process.kill(old, "SIGKILL");
    expect((await restarted).code).toBe(0);
    await using again = await Peer.connect(server);
    await again.ask("pusher:ping", {});
    expect(await server.stop()).toBe(0);
  },
);

test.skipIf(elsewhere)(
  "a first process that is killed while the next one starts takes it along",
  async () => {
    const server = await startHolding();
    process.kill(server.pid, "SIGUSR2");
    const child = await server.held();
    await server.kill("SIGKILL");
    process.kill(child, "SIGCONT");
    await eventually(() => isAlive(child), (alive) => !alive);
  },
);

test.skipIf(elsewhere)("a first process that is killed during a handover takes both along", async () => {
  const server = await startServer({ env: LONG_DRAIN });
  const clients = await Peer.connectAll(server, MANY);
  const restarted = restart(server);
  await Promise.race(clients.map(({ closed }) => closed));
  const children = childrenOf(server.pid);
  await server.kill("SIGKILL");
  expect((await restarted).code).toBe(1);
  await eventually(() => children.filter(isAlive), (alive) => alive.length === 0);
});
