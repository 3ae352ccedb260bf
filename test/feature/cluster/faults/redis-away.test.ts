import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../../support/api-client.ts";
import { type Cluster, type ClusterOptions, startCluster } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { PATIENCE } from "../../../support/patience.ts";
import { HAS_REDIS, NO_REDIS } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { Peer } from "../../../support/peer.ts";
import { joinAs } from "../../../support/presence-peer.ts";
import { countOf, usersOf } from "../../../support/api-answers.ts";

const ROOM = "presence-room";
/**
 * Seconds after which Redis counts as away where it does not answer: more than it stands still for on a busy machine. By them the nodes
 * also wait for each other when it is back.
 */
const AWAY = 6, SILENT = 3;

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("while Redis is away", () => {
  for (const appendOnly of [true, false]) {
    const what = appendOnly ? "and comes back with its data" : "and comes back empty";
    test(`${what}, local clients go on, events wait, and differences in presence are told once`, async () => {
      await using cluster = await startAway({ nodes: 3, wishes: { appendOnly } });
      const [first, second] = [cluster.node(0), cluster.node(1)];
      const api = new ApiClient(first);
      await using ann = await joinAs(first, ROOM, "ann");
      await using bob = await joinAs(second, ROOM, "bob");
      await using cleo = await joinAs(cluster.node(2), ROOM, "cleo");
      await using listener = await Peer.connect(second);
      await listener.subscribe("news");
      for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");

      await cluster.redis.stop();
      await saidBy(cluster, "Redis is away");
      expect((await fetch(`${first.url}/up`)).status).toBe(200);
      const readiness = await fetch(`${first.url}/up?ready`);
      expect([readiness.status, await readiness.text()]).toEqual([
        503,
        expect.stringContaining("redis_away"),
      ]);
      // Here at once, elsewhere later.
      await using local = await Peer.connect(first);
      expect(await local.subscribe("news")).toContain("subscription_succeeded");
      for (let sent = 0; sent < 5; sent++) {
        expect((await api.trigger("news", `event-${sent}`, "x")).status).toBe(200);
      }
      for (let sent = 0; sent < 5; sent++) await local.nextEvent(`event-${sent}`);
      await using dora = await joinAs(first, ROOM, "dora");
      await ann.sees("ann", "bob", "cleo", "dora");
      await cleo.peer.close();
      expect(bob.picture().users).toEqual(["ann", "bob", "cleo"]);
      expect(await countOf(first, "news")).toBe(1);

      await cluster.redis.start();
      await saidBy(cluster, "is back after");
      for (let sent = 0; sent < 5; sent++) {
        expect((JSON.parse(await listener.next()) as { event: string }).event).toBe(`event-${sent}`);
      }
      for (const each of [ann, bob, dora]) await each.sees("ann", "bob", "dora");
      expect(bob.picture().told).toEqual(expect.arrayContaining(["+dora", "-cleo"]));
      expect(bob.picture().told.slice(1).sort()).toEqual(["+dora", "-cleo"]);
      expect(ann.picture().told).toEqual(["+bob", "+cleo", "+dora", "-cleo"]);
      expect(dora.picture().told).toEqual(["-cleo"]);
      await listener.expectSilence();
      await local.expectSilence();
      for (const node of cluster.nodes) {
        await eventually(() => usersOf(node, ROOM), (users) => users.join() === "ann,bob,dora");
        await eventually(() => countOf(node, "news"), (count) => count === 2);
        expect((await fetch(`${node.url}/up?ready`)).status).toBe(200);
        expect(node.output.text()).toContain("no event of this node was dropped");
      }
    });
  }

  test("what is too much or too old is dropped, the oldest first, and the log says how much", async () => {
    await using cluster = await startAway({ nodes: 2, env: { REVERB_SCALING_QUEUE_MAX_EVENTS: "10" } });
    await using listener = await Peer.connect(cluster.node(1));
    await listener.subscribe("news");
    await cluster.redis.stop();
    await saidBy(cluster, "Redis is away");
    for (let sent = 0; sent < 25; sent++) {
      await new ApiClient(cluster.node(0)).trigger("news", `event-${sent}`, "x");
    }
    await cluster.redis.start();
    for (let sent = 15; sent < 25; sent++) {
      expect((JSON.parse(await listener.next()) as { event: string }).event).toBe(`event-${sent}`);
    }
    await cluster.node(0).output.waitFor("15 events were lost");
    expect(await cluster.node(0).metric('resound_bus_dropped_total{reason="queue_full"}')).toBe(15);
    await listener.expectSilence();
  });

  const cuts: [string, number, (cluster: Cluster, away: () => Promise<void>) => Promise<unknown>][] = [
    ["all connections to it are cut", AWAY, ({ redis }) => redis.killClients()],
    [
      "those for subscriptions are cut",
      AWAY,
      ({ redis }) => redis.command("CLIENT", "KILL", "TYPE", "pubsub"),
    ],
    [
      "those for commands are cut",
      AWAY,
      ({ redis }) => redis.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"),
    ],
    // For much longer than the nodes take to notice.
    ["it answers too late", SILENT, ({ redis }) => redis.pause(3000 * SILENT)],
    ["its process stands still", SILENT, async (cluster, away) => {
      cluster.redis.freeze();
      await away();
      cluster.redis.thaw();
    }],
  ];
  for (const [what, seconds, cut] of cuts) {
    test(`because ${what}, no event is lost and no user goes or comes twice`, async () => {
      await using cluster = await startAway({
        nodes: 3,
        env: { REVERB_SCALING_COMMAND_TIMEOUT: String(seconds) },
      });
      const [first, second] = [cluster.node(0), cluster.node(1)];
      await using ann = await joinAs(first, ROOM, "ann");
      await using bob = await joinAs(second, ROOM, "bob");
      await using listener = await Peer.connect(second);
      await listener.subscribe("news");
      for (const each of [ann, bob]) await each.sees("ann", "bob");
      const toldBefore = bob.picture().told;
      const away = saidFromNow(cluster, "Redis is away"), back = saidFromNow(cluster, "is back after");
      const cutting = cut(cluster, away);
      await away();
      await using cleo = await joinAs(first, ROOM, "cleo");
      for (let sent = 0; sent < 5; sent++) await new ApiClient(first).trigger("news", `event-${sent}`, "x");
      await cutting;
      for (let sent = 0; sent < 5; sent++) {
        expect((JSON.parse(await listener.next()) as { event: string }).event).toBe(`event-${sent}`);
      }
      await back();
      for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");
      expect(bob.picture().told).toEqual([...toldBefore, "+cleo"]);
      expect(ann.picture().told).toEqual(["+bob", "+cleo"]);
      await listener.expectSilence();
    });
  }
});

/** Nodes that notice by closed connections that Redis is away; their leases outlast it. */
function startAway(options: ClusterOptions): Promise<Cluster> {
  const env = { REVERB_SCALING_COMMAND_TIMEOUT: String(AWAY), ...options.env };
  return startCluster({ ...options, env, leaseSeconds: 60 });
}

/** A wait until every node has logged it once more. */
function saidFromNow({ nodes }: Cluster, text: string): () => Promise<void> {
  const from = nodes.map(({ output }) => output.lines.length);
  return async () => {
    await Promise.all(nodes.map(({ output }, index) => output.waitFor(text, PATIENCE, from[index])));
  };
}

/** Resolves when every node has logged it. */
async function saidBy({ nodes }: Cluster, text: string): Promise<void> {
  await Promise.all(nodes.map(({ output }) => output.waitFor(text)));
}
