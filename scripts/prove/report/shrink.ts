import type { Plan, Step } from "../workload/plan.ts";

/**
 * Leaves out steps of a plan that fails for as long as what is left still fails: first halves, then ever smaller parts, then clients that
 * do nothing any more (ddmin, Zeller and Hildebrandt 2002).
 *
 * @param fails runs a plan and says whether it still fails in the same way
 * @param mayGoOn is asked before every run
 */
export async function shrink(
  plan: Plan,
  fails: (candidate: Plan) => Promise<boolean>,
  mayGoOn: () => boolean = () => true,
): Promise<Plan> {
  let steps: readonly Step[] = plan.steps;
  for (let parts = 2; parts <= steps.length * 2 && mayGoOn();) {
    const size = Math.max(1, Math.ceil(steps.length / parts));
    let smaller: readonly Step[] | undefined;
    for (let from = 0; from < steps.length && mayGoOn(); from += size) {
      const rest = [...steps.slice(0, from), ...steps.slice(from + size)];
      if (!await fails(withSteps(plan, rest))) continue;
      smaller = rest;
      break;
    }
    if (smaller !== undefined) {
      steps = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size === 1) break;
    else parts *= 2;
  }
  return withSteps(plan, steps);
}

/** The plan with other steps, and the clients alone that these name. */
function withSteps(plan: Plan, steps: readonly Step[]): Plan {
  const named = new Set(steps.flatMap((step) => {
    if ("client" in step && step.client !== undefined) return [step.client];
    return step.kind === "publish" && step.except !== undefined ? [step.except] : [];
  }));
  return { ...plan, steps, clients: plan.clients.filter(({ name }) => named.has(name)) };
}
