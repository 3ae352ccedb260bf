import { makePlan } from "../workload/make-plan.ts";
import type { Plan } from "../workload/plan.ts";
import { SIMULATED_FAULTS } from "./apply-fault.ts";
import type { Failing } from "./shrink-plan.ts";
import { simulate } from "./simulate.ts";

/** The plan of a seed in the simulation: smaller than one of real processes, since there are so many of them. */
export function simulatedPlan(seed: number): Plan {
  return makePlan({
    seed,
    faults: SIMULATED_FAULTS,
    nodes: 2 + seed % 2,
    operations: 60,
    faultCount: 3,
    pusherClients: 0,
    longest: 3000,
  });
}

/** Simulates seeds one after the other and yields those that fail. MUST be used from a task of the event loop. */
export function* simulateSeeds(first: number, count: number, stride = 1): Generator<Failing> {
  for (let index = 0; index < count; index++) {
    const plan = simulatedPlan(first + index * stride), run = simulate(plan);
    if (run.violations.length + run.faults.length > 0) yield { plan, run };
  }
}
