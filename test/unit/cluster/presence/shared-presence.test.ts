import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FakePresenceRedis } from "../fake-presence-redis.ts";
import { Replica } from "../replica.ts";

/** What can happen, on which of three nodes, to whom or to how-manieth. */
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
  }),
  { maxLength: 120, size: "max" },
);

function open(): { readonly redis: FakePresenceRedis; readonly replicas: [Replica, Replica, Replica] } {
  const redis = new FakePresenceRedis();
  const replicas: [Replica, Replica, Replica] = [
    new Replica("a", redis),
    new Replica("b", redis),
    new Replica("c", redis),
  ];
  for (const replica of replicas) replica.return();
  return { redis, replicas };
}

/** Everything that is on its way arrives. */
function settle(replicas: readonly Replica[]): void {
  for (let turn = 0; replicas.some((replica) => !replica.isIdle); turn++) {
    if (turn > 10_000) throw new Error("They never come to rest");
    for (const replica of replicas) {
      replica.execute();
      replica.answer();
      replica.hear();
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
          for (const { what, node, number } of steps) {
            const replica = replicas[node]!;
            if (what === "join") replica.join(`u${number}`);
            else if (what === "leave") replica.leave(number);
            else replica[what]();
            // What clients were told and what a newcomer would be told never differ.
            expect([...replica.picture].sort()).toEqual(replica.roster());
          }
          for (const replica of replicas) replica.return();
          settle(replicas);
          const truth = [...new Set(replicas.flatMap((replica) => replica.held))].sort();
          expect([...redis.members.keys()].sort()).toEqual(truth);
          for (const replica of replicas) {
            expect(replica.roster()).toEqual(truth);
            expect(replica.faults).toEqual([]);
            expect(replica.allSettled).toBe(true);
          }
        }),
        { numRuns: 500 },
      );
    },
    30_000,
  );

  test("lets a joiner in only when everybody before it is in the roster", () => {
    const { replicas } = open(), [here, there] = replicas;
    settle(replicas);
    here.join("first");
    there.join("second");
    here.execute();
    there.execute();
    there.answer();
    // Redis has counted it as the second; the first has not come here yet.
    expect(there.allSettled).toBe(false);
    there.hear();
    expect([there.roster(), there.allSettled]).toEqual([["first"], false]);
    there.hear();
    expect([there.roster(), there.allSettled]).toEqual([["first", "second"], true]);
  });

  test("a missed message has the whole truth asked for, and what differs told once", () => {
    const { replicas } = open(), [here, there] = replicas;
    for (const user of ["a", "b", "c"]) here.join(user);
    settle(replicas);
    here.leave(0);
    here.execute();
    there.miss();
    here.join("d");
    settle(replicas);
    expect([there.roster(), there.faults]).toEqual([["b", "c", "d"], []]);
  });

  test("a joiner whose own message is missed is let in with the next look", () => {
    const { replicas } = open(), [here] = replicas;
    settle(replicas);
    here.join("a");
    here.execute();
    here.answer();
    here.miss();
    settle(replicas);
    expect(here.allSettled).toBe(false);
    for (let look = 0; look < 2; look++) here.shared.checkProgress();
    settle(replicas);
    expect([here.roster(), here.allSettled]).toEqual([["a"], true]);
  });

  test("who left as Redis went is gone, whether or not Redis had said so", () => {
    for (const isAnswered of [false, true]) {
      const { replicas } = open(), [here] = replicas;
      here.join("a");
      here.join("b");
      settle(replicas);
      here.leave(0);
      here.execute();
      if (isAnswered) here.answer();
      here.lose();
      expect(here.roster()).toEqual(["b"]);
    }
  });

  test("nobody waits while Redis is away, and nobody is told twice when it is back", () => {
    const { replicas } = open(), [here, there] = replicas;
    settle(replicas);
    here.lose();
    here.join("a");
    expect([here.roster(), here.allSettled]).toEqual([["a"], true]);
    there.join("a");
    there.join("b");
    settle(replicas);
    here.return();
    settle(replicas);
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
    settle(replicas);
    here.leave(0);
    settle(replicas);
    redis.setClockBack();
    here.join("b");
    settle(replicas);
    expect([here.roster(), there.roster(), here.allSettled]).toEqual([["b"], ["b"], true]);
  });
});
