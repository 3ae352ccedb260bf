import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { type RedisCluster, startRedisCluster } from "../../support/redis-cluster.ts";
import { SERVICE, startRedisSentinel } from "../../support/redis-sentinel.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { Peer } from "../../support/peer.ts";
import { connectionsOf, countOf, usersOf } from "../../support/api-answers.ts";
import { joinAs, type PresencePeer } from "../../support/presence-peer.ts";

const ROOM = "presence-room";
/** Enough for every master of a Redis Cluster to have some. */
const ROOMS = Array.from({ length: 12 }, (_, index) => `presence-room-${index}`);

/** The nodes come back to Redis within so long of each other also on a busy machine. */
const LIMITS = { REVERB_APP_MAX_CONNECTIONS: "9", REVERB_SCALING_COMMAND_TIMEOUT: "6" };

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("many nodes", () => {
  test("are one through a Redis Cluster, also when one of them is killed", async () => {
    await using redis = await startRedisCluster();
    await using cluster = await startCluster({
      redis: redis.masters[0]!,
      servers: redis.masters,
      env: { REDIS_CLUSTER_NODES: redis.nodes, ...LIMITS },
    });
    await areOne(cluster);
  });

  test("are one through a Redis Cluster of which a master is away for a while", async () => {
    await using redis = await startRedisCluster(3, { appendOnly: true });
    await using cluster = await startCluster({
      redis: redis.masters[0]!,
      servers: redis.masters,
      env: { REDIS_CLUSTER_NODES: redis.nodes, ...LIMITS },
    });
    await outlast(cluster, async () => {
      await redis.masters[1]!.stop();
      await said(cluster, "Redis is away");
    }, () => redis.masters[1]!.start());
  });

  test("are one through a Redis Cluster of which a replica takes a dead master's place", async () => {
    await using redis = await startRedisCluster();
    await using cluster = await startCluster({
      redis: redis.masters[0]!,
      servers: redis.masters,
      env: { REDIS_CLUSTER_NODES: redis.nodes, ...LIMITS },
    });
    let promote = (): Promise<void> => Promise.resolve();
    await outlast(cluster, async () => {
      const master = await holderOf(redis, ROOM);
      ({ promote } = await redis.addReplica(master));
      await master.kill();
      await said(cluster, "Redis is away");
    }, () => promote());
    await areOne(cluster);
  });

  test("are one through a master that Sentinels know, before and after a failover", async () => {
    await using redis = await startRedisSentinel();
    const env = {
      REDIS_SENTINELS: redis.addresses,
      REDIS_SENTINEL_SERVICE: SERVICE,
      ...LIMITS,
    };
    await using cluster = await startCluster({ redis: redis.servers[0], servers: redis.servers, env });
    await outlast(cluster, async () => {
      await redis.failover();
      await said(cluster, "Redis is away");
    }, () => Promise.resolve());
    await areOne(cluster);
  });
});

/** Events, presence, questions and the quota of all three, of which the last is killed in the end. */
async function areOne(cluster: Cluster): Promise<void> {
  const [first, second, third] = [cluster.node(0), cluster.node(1), cluster.node(2)];
  expect(await connectionsOf(first)).toBe(0);
  await using ann = await joinAs(first, ROOM, "ann");
  await using bob = await joinAs(second, ROOM, "bob");
  const cleo = await joinAs(third, ROOM, "cleo");
  for (const room of ROOMS) {
    await cleo.peer.subscribed(room, { user_id: "cleo" });
    await ann.peer.subscribed(room, { user_id: "ann" });
  }
  for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");
  for (const node of [first, second]) {
    await eventually(() => usersOf(node, ROOMS[3]!), (users) => users.join() === "ann,cleo");
    await eventually(() => connectionsOf(node), (count) => count === 3);
  }
  for (let sent = 0; sent < 20; sent++) {
    await new ApiClient(second).trigger(ROOMS[sent % 12]!, `event-${sent}`, "x");
  }
  // Masters carry their own channels: there is an order in each of them, not among them.
  const wanted = Array.from({ length: 20 }, (_, sent) => `${ROOMS[sent % 12]} event-${sent}`);
  const seen = await eventually(() => eventsOf(cleo), (events) => events.length >= wanted.length);
  for (const room of ROOMS) {
    const inRoom = (event: string): boolean => event.startsWith(`${room} `);
    expect(seen.filter(inRoom)).toEqual(wanted.filter(inRoom));
  }
  await new ApiClient(first).trigger(ROOM, "but-bob", "x", { socket_id: bob.peer.id });
  await ann.peer.nextEvent("but-bob");
  await cleo.peer.nextEvent("but-bob");
  await new ApiClient(first).trigger(ROOM, "behind", "x");
  await bob.peer.nextEvent("behind");
  expect(bob.peer.received.filter((frame) => frame.includes("but-bob"))).toEqual([]);
  const more = await Peer.connectAll(second, 6);
  await expect(Peer.connect(first)).rejects.toThrow("4004");
  await Promise.all(more.map((peer) => peer.close()));

  await third.kill();
  await ann.sees("ann", "bob");
  for (const node of [first, second]) {
    await eventually(() => usersOf(node, ROOM), (users) => users.join() === "ann,bob");
    for (const room of ROOMS) await eventually(() => countOf(node, room), (count) => count === 1);
    await eventually(() => connectionsOf(node), (count) => count === 2);
  }
}

/** What was published and who came and went during an outage is known everywhere after it. */
async function outlast(
  cluster: Cluster,
  begin: () => Promise<void>,
  end: () => Promise<void>,
): Promise<void> {
  const [first, second] = [cluster.node(0), cluster.node(1)];
  await using ann = await joinAs(first, ROOM, "ann");
  await using bob = await joinAs(second, ROOM, "bob");
  const dora: PresencePeer = await joinAs(second, ROOM, "dora");
  await ann.sees("ann", "bob", "dora");
  await begin();
  for (let sent = 0; sent < 5; sent++) await new ApiClient(first).trigger(ROOM, `event-${sent}`, "x");
  await using cleo = await joinAs(first, ROOM, "cleo");
  await dora.peer.close();
  await end();
  for (let sent = 0; sent < 5; sent++) await bob.peer.nextEvent(`event-${sent}`);
  for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");
  expect(bob.picture().told.toSorted()).toEqual(["+cleo", "+dora", "-dora"]);
  await said(cluster, "is back after");
  for (const node of cluster.nodes) {
    await eventually(() => usersOf(node, ROOM), (users) => users.join() === "ann,bob,cleo");
  }
  await Promise.all([ann, bob, cleo].map(({ peer }) => peer.close()));
  await eventually(() => connectionsOf(first), (count) => count === 0);
}

/** Channel and name of each event that a client got. */
function eventsOf({ peer }: PresencePeer): string[] {
  return peer.received.flatMap((raw) => {
    const { event, channel } = JSON.parse(raw) as { event: string; channel?: string };
    return event.startsWith("event-") ? [`${channel} ${event}`] : [];
  });
}

/** The master that has the members of a presence channel. */
async function holderOf({ masters }: RedisCluster, room: string): Promise<RedisServer> {
  for (const master of masters) {
    const keys = await master.command("KEYS", `*${room}*members*`);
    if (Array.isArray(keys) && keys.length > 0) return master;
  }
  throw new Error(`No master has the members of ${room}`);
}

async function said({ nodes }: Cluster, text: string): Promise<void> {
  await Promise.all(nodes.map(({ output }) => output.waitFor(text)));
}
