import { expect, test } from "bun:test";
import { parseMemberData } from "../../src/protocol/member-data.ts";
import type { Presence } from "../../src/hub/channels/presence.ts";
import type { MeetingNodes, NodeProbe } from "./cluster-probe.ts";

// What every cluster promises about what applications have reported (src/hub/cluster/cluster-reports.ts).

const NEWS = "app\nnews", ROOM = "app\npresence-a";

function join(presence: Presence, userId: string): () => void {
  const hold = presence.join(parseMemberData(JSON.stringify({ user_id: userId }))!);
  return () => presence.leave(hold);
}

/** By what one node can see of itself. */
export function reportsOfOneNode(open: () => Promise<NodeProbe>): void {
  test("reports that a channel is occupied and vacated, and confirms that it is vacated until it is occupied again", async () => {
    await using node = await open();
    const { cluster } = node;
    cluster.occupancy.firstSubscribed(NEWS);
    await cluster.reports.answered();
    expect(node.reported).toEqual(["occupied news"]);
    cluster.occupancy.lastUnsubscribed(NEWS);
    await cluster.reports.answered();
    expect(node.reported).toEqual(["occupied news", "vacated news"]);
    expect(await node.confirmDepartures()).toBe(1);
    cluster.occupancy.firstSubscribed(NEWS);
    await cluster.reports.answered();
    expect(node.reported).toEqual(["occupied news", "vacated news", "occupied news"]);
  });

  test("reports the members that are added and removed", async () => {
    await using node = await open();
    const presence = node.reportedPresence("presence-a");
    await node.listen(ROOM, { presence });
    const leave = join(presence, "1"), leaveAgain = join(presence, "1");
    join(presence, "2");
    await node.cluster.reports.answered();
    leave();
    leaveAgain();
    await node.cluster.reports.answered();
    expect(node.reported).toEqual(["+1 presence-a", "+2 presence-a", "-1 presence-a"]);
    expect(await node.confirmDepartures()).toBe(1);
    join(presence, "1");
    await node.cluster.reports.answered();
    expect(node.reported.at(-1)).toBe("+1 presence-a");
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

/** By what two nodes report. */
export function reportsOfTwoNodes(nodes: MeetingNodes): void {
  test("reports a channel on the node that had the first subscription of all, or the last", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    one.cluster.occupancy.firstSubscribed(NEWS);
    await one.cluster.reports.answered();
    other.cluster.occupancy.firstSubscribed(NEWS);
    await other.cluster.reports.answered();
    one.cluster.occupancy.lastUnsubscribed(NEWS);
    await one.cluster.reports.answered();
    other.cluster.occupancy.lastUnsubscribed(NEWS);
    await other.cluster.reports.answered();
    expect([one.reported, other.reported]).toEqual([["occupied news"], ["vacated news"]]);
  });

  test("has no departure to report where the channel and the user come back on another node before it is confirmed", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const here = one.reportedPresence("presence-a"), there = other.reportedPresence("presence-a");
    await one.listen(ROOM, { presence: here });
    await other.listen(ROOM, { presence: there });
    one.cluster.occupancy.firstSubscribed(ROOM);
    const leave = join(here, "1");
    await one.cluster.reports.answered();
    leave();
    one.cluster.occupancy.lastUnsubscribed(ROOM);
    await one.cluster.reports.answered();
    expect(one.reported).toEqual([
      "occupied presence-a",
      "+1 presence-a",
      "-1 presence-a",
      "vacated presence-a",
    ]);
    other.cluster.occupancy.firstSubscribed(ROOM);
    const leaveThere = join(there, "1");
    await other.cluster.reports.answered();
    expect(other.reported).toEqual([]);
    expect(await one.confirmDepartures()).toBe(0);
    // The departure after that is the other node's.
    leaveThere();
    other.cluster.occupancy.lastUnsubscribed(ROOM);
    await other.cluster.reports.answered();
    expect(other.reported).toEqual(["-1 presence-a", "vacated presence-a"]);
    expect(await other.confirmDepartures()).toBe(2);
  });

  test("reports each change on exactly one node, when all make it at once", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const here = one.reportedPresence("presence-a"), there = other.reportedPresence("presence-a");
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
      expect([...one.reported.splice(0), ...other.reported.splice(0)].sort()).toEqual([
        ...users.map((user) => `+${user} presence-a`),
        ...users.map((user) => `-${user} presence-a`),
        "occupied presence-a",
        "vacated presence-a",
      ]);
      expect(await one.confirmDepartures() + await other.confirmDepartures()).toBe(4);
    }
  });

  test("notes a miss once for all nodes", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    let misses = 0;
    for (const { cluster } of [one, other]) {
      cluster.reports.noteMiss("app\ncache-a", () => void misses++);
      await cluster.reports.answered();
    }
    expect(misses).toBe(1);
  });

  test("leaves its marks to the others when a node leaves the cluster", async () => {
    const [one, other] = await nodes.two();
    await using _ = one;
    const here = one.reportedPresence("presence-a"), there = other.reportedPresence("presence-a");
    await one.listen(ROOM, { presence: here });
    await other.listen(ROOM, { presence: there });
    const leave = join(there, "1");
    await other.cluster.reports.answered();
    leave();
    await other.cluster.reports.answered();
    const [mark] = other.marks;
    await other[Symbol.asyncDispose]();
    // The mark outlives its node: a node that has it may confirm it, once.
    const confirmed: string[] = [];
    for (let time = 0; time < 2; time++) {
      one.cluster.reports.confirmDeparture(mark!, () => void confirmed.push("still so"));
      await one.cluster.reports.answered();
    }
    expect(confirmed).toEqual(["still so"]);
  });
}
