import { describe, expect, test } from "bun:test";
import { makePlan } from "../../../../scripts/prove/workload/make-plan.ts";
import { shrink } from "../../../../scripts/prove/report/shrink.ts";
import type { Plan } from "../../../../scripts/prove/workload/plan.ts";

/** Fails when a kill follows a publish of m20. */
function fails({ steps }: Plan): Promise<boolean> {
  const published = steps.findIndex((step) => "message" in step && step.message === "m20");
  const killed = steps.findLastIndex((step) => step.kind === "fault");
  return Promise.resolve(published >= 0 && killed > published);
}

/** A plan with a step that has the message m20. */
function failing(): Plan {
  const plan = makePlan({ seed: 1, faults: ["kill"] });
  const published = {
    kind: "publish",
    caller: "api1",
    node: "n1",
    channel: "news",
    message: "m20",
    gap: 0,
  } as const;
  const others = plan.steps.filter((step) => !("message" in step && step.message === "m20"));
  return { ...plan, steps: [...others.slice(0, 20), published, ...others.slice(20)] };
}

describe("shrinking", () => {
  test("leaves the steps alone that the failure needs, and no clients that do nothing", async () => {
    const least = await shrink(failing(), fails);
    expect(least.steps.map(({ kind }) => kind)).toEqual(["publish", "fault"]);
    expect(least.clients).toEqual([]);
  });

  test("gives up when it may not go on, with what it has", async () => {
    let runs = 0;
    const least = await shrink(failing(), fails, () => runs++ < 3);
    expect(await fails(least)).toBe(true);
    expect(runs).toBeLessThan(10);
  });

  test("leaves a plan as it is that does not fail again", async () => {
    const plan = failing();
    expect((await shrink(plan, () => Promise.resolve(false))).steps).toEqual(plan.steps);
  });
});
