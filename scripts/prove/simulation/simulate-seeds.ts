import { makePlan } from "../workload/make-plan.ts";
import type { Plan } from "../workload/plan.ts";
import { FAULTS } from "../workload/faults.ts";
import { simulate, type Simulated } from "./simulate.ts";

/** A plan that fails, with its run. */
export interface Failing {
  readonly plan: Plan;
  readonly run: Simulated;
}

/** The kinds of what is wrong with a run: the names of the checkers, and `fault`. */
export function wrongIn({ violations, faults }: Simulated): ReadonlySet<string> {
  return new Set([...violations.map(({ checker }) => checker), ...faults.map(() => "fault")]);
}

/** The plan of a seed in the simulation: smaller than one of real processes, since there are so many of them. */
export function simulatedPlan(seed: number): Plan {
  return makePlan({
    seed,
    faults: FAULTS,
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
