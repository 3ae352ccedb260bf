import { describe, expect, test } from "bun:test";
import { startCluster } from "../../../support/cluster.ts";
import { endedStays } from "../../../support/ended-stays.ts";
import { eventually } from "../../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { Peer } from "../../../support/peer.ts";
import { joinAs } from "../../../support/presence-peer.ts";
import { connectionsOf, countOf, usersOf } from "../../../support/api-answers.ts";

const ROOM = "presence-room";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a node that is killed", () => {
  test("takes its members along, each announced once, and is counted nowhere any more", async () => {
    await using cluster = await startCluster({ nodes: 3 });
    const [first, second, third] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await using ann = await joinAs(first, ROOM, "ann");
    await using bob = await joinAs(second, ROOM, "bob");
    await joinAs(third, ROOM, "bob");
    await joinAs(third, ROOM, "cleo");
    await joinAs(third, ROOM, "cleo");
    await using listener = await Peer.connect(first);
    await listener.subscribe("news");
    await (await Peer.connect(third)).subscribe("news");
    await ann.sees("ann", "bob", "cleo");
    expect(await eventually(() => countOf(first, "news"), (count) => count === 2)).toBe(2);

    await third.kill();
    expect((await ann.sees("ann", "bob")).told).toEqual(["+bob", "+cleo", "-cleo"]);
    expect((await bob.sees("ann", "bob")).told).toEqual(["+cleo", "-cleo"]);
    for (const node of [first, second]) {
      await eventually(() => usersOf(node, ROOM), (users) => users.join() === "ann,bob");
      await eventually(() => countOf(node, "news"), (count) => count === 1);
      await eventually(() => connectionsOf(node), (count) => count === 3);
    }
    await eventually(() => nodesIn(cluster.redis), (nodes) => nodes === 2);
    // What one of them said of the loss, it said once.
    const lost = (): string[] =>
      [first, second].flatMap(({ output }) => output.lines.filter((line) => line.includes("was cleared up")));
    await eventually(() => lost().length);
    expect(lost()).toHaveLength(1);
  });

  test(
    "is replaced by a new one without leaving a trace of its former life, also when all are killed",
    async () => {
      await using cluster = await startCluster({ nodes: 2 });
      for (const node of [cluster.node(0), cluster.node(1)]) {
        await joinAs(node, ROOM, `on-${node.port}`);
        await (await Peer.connect(node)).subscribe("news");
      }
      await Promise.all([cluster.node(0).kill(), cluster.node(1).kill()]);
      await cluster.add();
      await using ann = await joinAs(cluster.node(2), ROOM, "ann");
      expect((await ann.sees("ann")).users).toEqual(["ann"]);
      await eventually(() => usersOf(cluster.node(2), ROOM), (users) => users.join() === "ann");
      await eventually(() => connectionsOf(cluster.node(2)), (count) => count === 1);
      await eventually(() => nodesIn(cluster.redis), (nodes) => nodes === 1);
    },
  );
});

/** Nodes of which anything at all is left in Redis. */
async function nodesIn(redis: RedisServer): Promise<number> {
  const keys = await redis.command("KEYS", "*") as string[], ended = await endedStays(redis, keys);
  return new Set(
    keys.filter((key) => !ended.has(key)).flatMap((key) =>
      /\{node:([^}]+)\}|holds:(.+)$/.exec(key)?.slice(1).filter(Boolean) ?? []
    ),
  ).size;
}
