import { expect, test } from "bun:test";
import { CallRate } from "../../../src/hub/call-rate.ts";
import type { AttemptLimit, ClusterAttempts } from "../../../src/hub/cluster/cluster-attempts.ts";

/** So many calls at once, and how many of them were admitted. */
async function admitted(rate: CallRate, calls: number, limit = 3): Promise<number> {
  const outcomes = await Promise.all(Array.from({ length: calls }, () => rate.admit(limit)));
  return outcomes.filter(Boolean).length;
}

test("a node alone admits as many calls a second as it may, and a limit that changes holds at once", async () => {
  let now = 0;
  const rate = new CallRate("1", { attempts: undefined }, () => now);
  expect(await admitted(rate, 10)).toBe(3);
  now = 999;
  expect(await admitted(rate, 10)).toBe(0);
  expect(await admitted(rate, 10, 5)).toBe(2);
  now = 1000;
  expect(await admitted(rate, 10)).toBe(3);
});

test("what a node lets through all nodes count together", async () => {
  const asked: [string, AttemptLimit][] = [];
  let left = 4;
  const attempts: ClusterAttempts = {
    count: (caller, limit) => {
      asked.push([caller, limit]);
      return Promise.resolve(left-- > 0 ? 0 : 1);
    },
    takeBack: () => Promise.resolve(),
  };
  const nodes = [0, 1].map(() => new CallRate("1", { attempts }, () => 0));
  const counts = await Promise.all(nodes.map((node) => admitted(node, 10)));
  expect(counts[0]! + counts[1]!).toBe(4);
  // A flood on one node asks no more often than its own limit allows.
  expect(asked).toHaveLength(6);
  expect(asked[0]).toEqual(["1", { attempts: 3, seconds: 1, callers: 100_000, of: "calls" }]);
});

test("while the others do not answer, a node decides by its own count", async () => {
  const attempts: ClusterAttempts = {
    count: () => Promise.reject(new Error("Redis is away")),
    takeBack: () => Promise.resolve(),
  };
  expect(await admitted(new CallRate("1", { attempts }, () => 0), 10)).toBe(3);
});
