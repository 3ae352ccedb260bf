import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import type { Hold } from "../../../../src/hub/channels/presence.ts";
import { FakePresenceRedis } from "../fake-presence-redis.ts";
import { PresenceReplica } from "../presence-replica.ts";

/** What can happen, on which of three nodes, to which user or connection. */
const happenings = fc.array(
  fc.record({
    what: fc.constantFrom(
      ...[
        "join",
        "join",
        "join",
        "leave",
        "leave",
        "execute",
        "execute",
        "execute",
        "answer",
        "answer",
      ] as const,
      ...["answer", "hear", "hear", "hear", "hear", "lose", "return", "lapse"] as const,
    ),
    node: fc.nat(2),
    number: fc.nat(3),
    info: fc.nat(1),
  }),
  { maxLength: 120, size: "max" },
);

/** As `happenings`, without outages. */
const calm = fc.array(
  fc.record({
    what: fc.constantFrom(
      ...["join", "join", "leave", "execute", "execute", "answer", "answer", "hear", "hear"] as const,
    ),
    node: fc.nat(2),
    number: fc.nat(3),
    info: fc.nat(1),
  }),
  { maxLength: 120, size: "max" },
);

function open(): {
  readonly redis: FakePresenceRedis;
  readonly replicas: [PresenceReplica, PresenceReplica, PresenceReplica];
} {
  const redis = new FakePresenceRedis();
  const replicas: [PresenceReplica, PresenceReplica, PresenceReplica] = [
    new PresenceReplica("a", redis),
    new PresenceReplica("b", redis),
    new PresenceReplica("c", redis),
  ];
  for (const replica of replicas) replica.return();
  return { redis, replicas };
}

/** All that is under way arrives. */
function deliverAll(replicas: readonly PresenceReplica[]): void {
  for (let turn = 0; replicas.some(({ link }) => !link.isIdle); turn++) {
    if (turn > 10_000) throw new Error("They never come to rest");
    for (const replica of replicas) {
      replica.link.execute();
      replica.link.answer();
      replica.link.hear();
    }
  }
}

describe("presence on three nodes", () => {
  test(
    "is the same everywhere once all has arrived, however joins, leaves, outages and deaths fall together",
    () => {
      fc.assert(
        fc.property(happenings, (steps) => {
          const { redis, replicas } = open();
          for (const { what, node, number, info } of steps) {
            const replica = replicas[node]!;
            if (what === "join") replica.join(`u${number}`, info);
            else if (what === "leave") replica.leave(number);
            else if (what === "lose" || what === "return" || what === "lapse") replica[what]();
            else replica.link[what]();
            // What was announced to clients and what a client that joins would be sent never differ.
            expect([...replica.picture].sort()).toEqual(replica.roster());
          }
          for (const replica of replicas) replica.return();
          deliverAll(replicas);
          const truth = [...new Set(replicas.flatMap((replica) => replica.held))].sort();
          expect([...redis.members.keys()].sort()).toEqual(truth);
          for (const replica of replicas) {
            expect(replica.roster()).toEqual(truth);
            expect(replica.faults).toEqual([]);
            expect(replica.allConfirmed).toBe(true);
          }
        }),
        { numRuns: 500 },
      );
    },
  );

  test(
    "announces no user as removed that was held all along, when Redis loses its data in the middle of anything",
    () => {
      fc.assert(
        fc.property(calm, fc.nat(40), fc.nat(20), (steps, calmAt, later) => {
          const { redis, replicas } = open();
          /** Holds that have not ended since all was known everywhere, before Redis has lost its data. */
          let always: Hold[] = [];
          const holds = (): Hold[] => replicas.flatMap(({ presence }) => [...presence.holds()]);
          for (const [index, { what, node, number, info }] of steps.entries()) {
            const replica = replicas[node]!;
            if (index === calmAt) {
              deliverAll(replicas);
              always = holds();
              for (const { removed } of replicas) removed.clear();
            }
            if (index === calmAt + later) redis.empty();
            if (what === "join") replica.join(`u${number}`, info);
            else if (what === "leave") replica.leave(number);
            else replica.link[what]();
            const now = new Set(holds());
            always = always.filter((hold) => now.has(hold));
          }
          for (const replica of replicas) replica.link.look();
          deliverAll(replicas);
          for (const replica of replicas) replica.reunite();
          deliverAll(replicas);
          for (let look = 0; look < 3; look++) {
            for (const replica of replicas) replica.shared.checkProgress();
            deliverAll(replicas);
          }
          const truth = [...new Set(holds().map(({ data }) => data.userId))].sort();
          const stayed = always.map(({ data }) => data.userId);
          expect([...redis.members.keys()].sort()).toEqual(truth);
          for (const replica of replicas) {
            expect(replica.roster()).toEqual(truth);
            expect(replica.faults).toEqual([]);
            expect(replica.allConfirmed).toBe(true);
            expect(stayed.filter((user) => replica.removed.has(user))).toEqual([]);
          }
        }),
        { numRuns: 500 },
      );
    },
  );

  test("reports a user that leaves and comes to another node while not all nodes have come back to an emptied Redis", () => {
    const redis = new FakePresenceRedis(), reported: string[] = [];
    const report = (change: string): void => void reported.push(change);
    const replicas = ["a", "b"].map((name) => new PresenceReplica(name, redis, report)) as [
      PresenceReplica,
      PresenceReplica,
    ];
    const [here, there] = replicas;
    for (const replica of replicas) replica.return();
    here.join("stays");
    there.join("moves");
    deliverAll(replicas);
    redis.empty();
    for (const replica of replicas) replica.link.look();
    deliverAll(replicas);
    there.leave(0);
    deliverAll(replicas);
    // Another node may hold the user, as far as is known.
    expect(here.roster()).toEqual(["moves", "stays"]);
    // The departure is confirmed, so that it is reported.
    expect(redis.departed.delete("+moves")).toBe(true);
    here.join("moves");
    deliverAll(replicas);
    expect(reported).toEqual(["+stays", "+moves", "-moves", "+moves"]);
    for (const replica of replicas) replica.reunite();
    deliverAll(replicas);
    expect([here.roster(), there.roster()]).toEqual([["moves", "stays"], ["moves", "stays"]]);
  });

  test("sends nothing of a user that comes and goes, or goes and comes back the same, within a turn", () => {
    const { redis, replicas } = open(), [here, there] = replicas;
    here.join("stays");
    deliverAll(replicas);
    const { executed } = redis;
    for (let round = 0; round < 100; round++) {
      here.join("passes", round);
      here.leave(1);
      here.leave(0);
      here.join("stays");
    }
    expect(here.allConfirmed).toBe(true);
    deliverAll(replicas);
    expect([redis.executed - executed, here.roster(), there.roster()]).toEqual([0, ["stays"], ["stays"]]);
    // With other data the others are to know.
    here.leave(0);
    here.join("stays", 1);
    deliverAll(replicas);
    expect(redis.members.get("stays")).toContain('"user_info":1');
    expect([here.roster(), there.roster(), here.allConfirmed]).toEqual([["stays"], ["stays"], true]);
  });

  test("sends nothing of a topic that is released in the turn in which it was listened to", () => {
    const redis = new FakePresenceRedis(), replica = new PresenceReplica("a", redis);
    replica.return();
    replica.join("1");
    replica.leave(0);
    replica.shared.release();
    deliverAll([replica]);
    expect(redis.executed).toBe(0);
  });

  test("confirms a join only when all users before it are in the roster", () => {
    const { replicas } = open(), [here, there] = replicas;
    deliverAll(replicas);
    here.join("first");
    there.join("second");
    here.link.execute();
    there.link.execute();
    there.link.answer();
    // Redis has counted it as the second; the first has not come here yet.
    expect(there.allConfirmed).toBe(false);
    there.link.hear();
    expect([there.roster(), there.allConfirmed]).toEqual([["first"], false]);
    there.link.hear();
    expect([there.roster(), there.allConfirmed]).toEqual([["first", "second"], true]);
  });

  test("after a missed message all members are asked for, and each difference is announced once", () => {
    const { replicas } = open(), [here, there] = replicas;
    for (const user of ["a", "b", "c"]) here.join(user);
    deliverAll(replicas);
    here.leave(0);
    here.link.execute();
    there.link.miss();
    here.join("d");
    deliverAll(replicas);
    expect([there.roster(), there.faults]).toEqual([["b", "c", "d"], []]);
  });

  test("a join whose own message is missed is confirmed with the next look", () => {
    const { replicas } = open(), [here] = replicas;
    deliverAll(replicas);
    here.join("a");
    here.link.execute();
    here.link.answer();
    here.link.miss();
    deliverAll(replicas);
    expect(here.allConfirmed).toBe(false);
    for (let look = 0; look < 2; look++) here.shared.checkProgress();
    deliverAll(replicas);
    expect([here.roster(), here.allConfirmed]).toEqual([["a"], true]);
  });

  test("a user that left as Redis went away is removed, whether or not Redis had answered", () => {
    for (const isAnswered of [false, true]) {
      const { replicas } = open(), [here] = replicas;
      here.join("a");
      here.join("b");
      deliverAll(replicas);
      here.leave(0);
      here.link.execute();
      if (isAnswered) here.link.answer();
      here.lose();
      expect(here.roster()).toEqual(["b"]);
    }
  });

  test("no join waits while Redis is away, and none is announced twice when it is back", () => {
    const { replicas } = open(), [here, there] = replicas;
    deliverAll(replicas);
    here.lose();
    here.join("a");
    expect([here.roster(), here.allConfirmed]).toEqual([["a"], true]);
    there.join("a");
    there.join("b");
    deliverAll(replicas);
    here.return();
    deliverAll(replicas);
    for (
      const { roster, faults } of [here, there].map((each) => ({
        roster: each.roster(),
        faults: each.faults,
      }))
    ) {
      expect([roster, faults]).toEqual([["a", "b"], []]);
    }
  });

  test("a Redis whose clock was set back between two visits is believed all the same", () => {
    const { redis, replicas } = open(), [here, there] = replicas;
    here.join("a");
    deliverAll(replicas);
    here.leave(0);
    deliverAll(replicas);
    redis.setClockBack();
    here.join("b");
    deliverAll(replicas);
    expect([here.roster(), there.roster(), here.allConfirmed]).toEqual([["b"], ["b"], true]);
  });
});
