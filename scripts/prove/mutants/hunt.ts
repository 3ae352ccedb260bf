// Started by `try-mutants.ts` in a copy of the repository that may have a defect: simulates plans until one fails, or none is left.
import { FOUND_PLANS } from "../simulation/found-plans.ts";
import { POINTED_PLANS } from "../simulation/pointed-plans.ts";
import { simulate } from "../simulation/simulate.ts";
import { type Failing, simulateSeeds } from "../simulation/simulate-seeds.ts";

/** What a hunt has found. */
export interface Hunted {
  /** How many plans it took; absent where none of them has failed. */
  readonly plans?: number;
  readonly seed?: number;
  /** The first thing that was wrong. */
  readonly says?: string;
}

const [first = 1, most = 1] = process.argv.slice(2).map(Number);

/** The plans that have found something before, those that lead to rare situations, then those of seeds. */
function* failing(): Generator<Failing & { readonly tried: number }> {
  let tried = 0;
  for (const [, plan] of [...FOUND_PLANS, ...POINTED_PLANS]) {
    const run = simulate(plan);
    tried++;
    if (run.violations.length + run.faults.length > 0) yield { plan, run, tried };
  }
  for (const each of simulateSeeds(first, most)) yield { ...each, tried: tried + each.plan.seed - first + 1 };
}

setImmediate(() => {
  const [found] = failing(), says = found?.run.violations[0], fault = found?.run.faults[0];
  const hunted: Hunted = found === undefined ? {} : {
    ...{ seed: found.plan.seed, plans: found.tried },
    says: says === undefined ? `fault: ${String(fault?.error)}` : `${says.checker}: ${says.says}`,
  };
  console.log(JSON.stringify(hunted));
  process.exit();
});
