import { expect, test } from "bun:test";
import { FOUND_PLANS } from "../../../../scripts/prove/simulation/found-plans.ts";
import { POINTED_PLANS } from "../../../../scripts/prove/simulation/pointed-plans.ts";
import { simulateInTask } from "../../../../scripts/prove/simulation/simulate.ts";

test.each([...FOUND_PLANS, ...POINTED_PLANS])("%s", async (_, plan) => {
  const { violations, faults } = await simulateInTask(plan);
  expect([violations.map(({ says }) => says), faults]).toEqual([[], []]);
});
