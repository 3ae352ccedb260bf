import type { Plan, Step } from "../workload/plan.ts";
import { simulate, type Simulated } from "./simulate.ts";

/** The kinds of what is wrong with a run: the names of the checkers, and `fault`. */
export function wrongIn({ violations, faults }: Simulated): ReadonlySet<string> {
  return new Set([...violations.map(({ checker }) => checker), ...faults.map(() => "fault")]);
}

/** A plan that fails, with its run. */
export interface Failing {
  readonly plan: Plan;
  readonly run: Simulated;
}

/** Runs that are tried at most: some twenty seconds. */
const MOST_RUNS = 600;

/**
 * Leaves out steps of a plan as long as it goes on to fail in the same way: first many at a time, then one by one, until none is left
 * that can be left out. A plan with other steps takes other turns of the network too, so that the result is short, not the shortest.
 */
export function shrinkPlan(
  failing: Failing,
  run: (plan: Plan) => Simulated = simulate,
): Failing & { readonly runs: number } {
  const kinds = wrongIn(failing.run);
  let best = failing, runs = 0;
  const accepts = (steps: readonly Step[]): boolean => {
    if (runs >= MOST_RUNS) return false;
    runs++;
    const plan = { ...best.plan, steps }, tried = run(plan);
    if (![...wrongIn(tried)].some((kind) => kinds.has(kind))) return false;
    best = { plan, run: tried };
    return true;
  };
  for (let size = Math.ceil(best.plan.steps.length / 2); size >= 1;) {
    let hasShrunk = false;
    for (let at = 0; at < best.plan.steps.length;) {
      const { steps } = best.plan;
      if (accepts([...steps.slice(0, at), ...steps.slice(at + size)])) hasShrunk = true;
      else at += size;
    }
    if (size > 1) size = Math.floor(size / 2);
    else if (!hasShrunk) break;
  }
  return { ...best, runs };
}
