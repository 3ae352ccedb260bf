import { expect, test } from "bun:test";
import { FOUND_PLANS } from "../../../../scripts/prove/simulation/found-plans.ts";
import { POINTED_PLANS } from "../../../../scripts/prove/simulation/pointed-plans.ts";
import { simulatedPlan } from "../../../../scripts/prove/simulation/simulate-seeds.ts";
import { simulateInTask } from "../../../../scripts/prove/simulation/simulate.ts";

/** Seeds of which no short plan is left, with what holds since they failed. */
const FOUND_SEEDS: readonly (readonly [string, number])[] = [
  ["what a failover has lost of a channel's log is a gap for clients whose node was cut off from Redis", 573],
  ["a node that has reported a departure alone and confirms it twice does not report a return", 1512],
];
const SEEDS = FOUND_SEEDS.map(([what, seed]) => [what, simulatedPlan(seed)] as const);

test.each([...FOUND_PLANS, ...POINTED_PLANS, ...SEEDS])("%s", async (_, plan) => {
  const { violations, faults } = await simulateInTask(plan);
  expect([violations.map(({ says }) => says), faults]).toEqual([[], []]);
});
