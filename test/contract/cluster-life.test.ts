import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../support/redis-server.ts";
import { skipWhen } from "../support/skip-when.ts";
import { parseMemberData } from "../../src/protocol/member-data.ts";
import type { Presence } from "../../src/hub/channels/presence.ts";
import { NodeProbe } from "./cluster-probe.ts";
import { REDIS_KINDS, type RedisSetting } from "./redis-settings.ts";

// What every cluster promises about what applications are told (src/hub/cluster/cluster-reports.ts).

const NEWS = "app\nnews", ROOM = "app\npresence-a";

function join(presence: Presence, userId: string): () => void {
  const hold = presence.join(parseMemberData(JSON.stringify({ user_id: userId }))!);
  return () => presence.leave(hold);
}

function promisesToOneNode(open: () => Promise<NodeProbe>): void {
  test("tells of the first subscriber and of the last, and that the last has left is so until somebody comes", async () => {
    await using node = await open();
    const { cluster } = node;
    cluster.occupancy.firstSubscribed(NEWS);
    await cluster.reports.answered();
    expect(node.told).toEqual(["occupied news"]);
    cluster.occupancy.lastUnsubscribed(NEWS);
    await cluster.reports.answered();
    expect(node.told).toEqual(["occupied news", "vacated news"]);
    expect(await node.settle()).toBe(1);
    cluster.occupancy.firstSubscribed(NEWS);
    await cluster.reports.answered();
    expect(node.told).toEqual(["occupied news", "vacated news", "occupied news"]);
  });

  test("tells who comes and goes", async () => {
    await using node = await open();
    const presence = node.watchedPresence("presence-a");
    await node.listen(ROOM, { presence });
    const leave = join(presence, "1"), leaveAgain = join(presence, "1");
    join(presence, "2");
    await node.cluster.reports.answered();
    leave();
    leaveAgain();
    await node.cluster.reports.answered();
    expect(node.told).toEqual(["+1 presence-a", "+2 presence-a", "-1 presence-a"]);
    expect(await node.settle()).toBe(1);
    join(presence, "1");
    await node.cluster.reports.answered();
    expect(node.told.at(-1)).toBe("+1 presence-a");
  });

  test("calls back with the sum of a count, and for the first miss of a cache", async () => {
    await using node = await open();
    const heard: string[] = [];
    node.cluster.census.announceSubscriptions(NEWS, 3, (sum) => void heard.push(`sum ${sum}`));
    node.cluster.reports.noteMiss("app\ncache-a", () => void heard.push("miss"));
    await node.cluster.reports.answered();
    expect(heard).toEqual(["sum 3", "miss"]);
  });
}

describe("a node that is alone", () => {
  promisesToOneNode(() => Promise.resolve(NodeProbe.alone()));
});

for (const kind of REDIS_KINDS) {
  describe.skipIf(skipWhen(kind.missing !== undefined || !HAS_REDIS, kind.missing ?? NO_REDIS))(
    `a node in ${kind.name}`,
    () => {
      let redis: RedisSetting;
      let tests = 0;
      beforeAll(async () => void (redis = await kind.start()), 30_000);
      afterAll(() => redis[Symbol.asyncDispose]());
      /** Nodes with a prefix of their own a test. */
      const prefix = (): string => `resound:${++tests}:`;
      const meet = (name: string): Promise<NodeProbe> => NodeProbe.meeting(redis.config, { prefix: name });
      const two = async (): Promise<[NodeProbe, NodeProbe]> => {
        const name = prefix(), nodes: [NodeProbe, NodeProbe] = [await meet(name), await meet(name)];
        await eventually(
          () => nodes.map((node) => node.counters.nodes),
          (seen) => seen.every((n) => n === 2),
        );
        return nodes;
      };

      promisesToOneNode(() => meet(prefix()));

      test("tells of a channel on the node that had the first of all, or the last of all", async () => {
        const [one, other] = await two();
        await using _ = one, __ = other;
        one.cluster.occupancy.firstSubscribed(NEWS);
        await one.cluster.reports.answered();
        other.cluster.occupancy.firstSubscribed(NEWS);
        await other.cluster.reports.answered();
        one.cluster.occupancy.lastUnsubscribed(NEWS);
        await one.cluster.reports.answered();
        other.cluster.occupancy.lastUnsubscribed(NEWS);
        await other.cluster.reports.answered();
        expect([one.told, other.told]).toEqual([["occupied news"], ["vacated news"]]);
      });

      test("has nothing to tell where somebody comes back on whatever node before it is settled", async () => {
        const [one, other] = await two();
        await using _ = one, __ = other;
        const here = one.watchedPresence("presence-a"), there = other.watchedPresence("presence-a");
        await one.listen(ROOM, { presence: here });
        await other.listen(ROOM, { presence: there });
        one.cluster.occupancy.firstSubscribed(ROOM);
        const leave = join(here, "1");
        await one.cluster.reports.answered();
        leave();
        one.cluster.occupancy.lastUnsubscribed(ROOM);
        await one.cluster.reports.answered();
        expect(one.told).toEqual([
          "occupied presence-a",
          "+1 presence-a",
          "-1 presence-a",
          "vacated presence-a",
        ]);
        other.cluster.occupancy.firstSubscribed(ROOM);
        const leaveThere = join(there, "1");
        await other.cluster.reports.answered();
        expect(other.told).toEqual([]);
        expect(await one.settle()).toBe(0);
        // Who leaves then does so on the other node.
        leaveThere();
        other.cluster.occupancy.lastUnsubscribed(ROOM);
        await other.cluster.reports.answered();
        expect(other.told).toEqual(["-1 presence-a", "vacated presence-a"]);
        expect(await other.settle()).toBe(2);
      });

      test("appoints exactly one node for each change, however many make it at once", async () => {
        const [one, other] = await two();
        await using _ = one, __ = other;
        const here = one.watchedPresence("presence-a"), there = other.watchedPresence("presence-a");
        await one.listen(ROOM, { presence: here });
        await other.listen(ROOM, { presence: there });
        for (let round = 0; round < 20; round++) {
          const users = ["1", "2", "3"];
          const leaving = [here, there].flatMap((presence) => users.map((user) => join(presence, user)));
          one.cluster.occupancy.firstSubscribed(ROOM);
          other.cluster.occupancy.firstSubscribed(ROOM);
          await Promise.all([one.cluster.reports.answered(), other.cluster.reports.answered()]);
          for (const leave of leaving) leave();
          one.cluster.occupancy.lastUnsubscribed(ROOM);
          other.cluster.occupancy.lastUnsubscribed(ROOM);
          await Promise.all([one.cluster.reports.answered(), other.cluster.reports.answered()]);
          expect([...one.told.splice(0), ...other.told.splice(0)].sort()).toEqual([
            ...users.map((user) => `+${user} presence-a`),
            ...users.map((user) => `-${user} presence-a`),
            "occupied presence-a",
            "vacated presence-a",
          ]);
          expect(await one.settle() + await other.settle()).toBe(4);
        }
      });

      test("notes a miss once for all, and leaves what waits to whoever takes it first", async () => {
        const [one, other] = await two();
        await using _ = one, __ = other;
        let misses = 0;
        for (const { cluster } of [one, other]) {
          cluster.reports.noteMiss("app\ncache-a", () => void misses++);
          await cluster.reports.answered();
        }
        expect(misses).toBe(1);
        const spool = one.redis!.spool;
        expect(await spool.put("first")).toEqual({ kept: true, place: "Redis" });
        await spool.put("second");
        const taken = await Promise.all([one.redis!.spool.take(), other.redis!.spool.take()]);
        expect(taken.flat().map(({ text }) => text).sort()).toEqual(["first", "second"]);
        expect(await spool.take()).toEqual([]);
      });

      test("has somebody else told of the user who is there no more when a node leaves", async () => {
        const [one, other] = await two();
        await using _ = one;
        const here = one.watchedPresence("presence-a"), there = other.watchedPresence("presence-a");
        await one.listen(ROOM, { presence: here });
        await other.listen(ROOM, { presence: there });
        const leave = join(there, "1");
        await other.cluster.reports.answered();
        leave();
        await other.cluster.reports.answered();
        const [mark] = other.marks;
        await other[Symbol.asyncDispose]();
        // The mark outlives its node: whoever has it may settle it, once.
        const settled: string[] = [];
        for (let time = 0; time < 2; time++) {
          one.cluster.reports.confirmDeparture(mark!, () => void settled.push("still so"));
          await one.cluster.reports.answered();
        }
        expect(settled).toEqual(["still so"]);
      });
    },
  );
}
