import { describe, expect, test } from "bun:test";
import type { FaultKind } from "../../../scripts/prove/history/entry.ts";
import { makePlan } from "../../../scripts/prove/workload/make-plan.ts";

const FAULTS: readonly FaultKind[] = ["kill", "freeze", "redis-flush", "slow-reader"];

describe("a plan", () => {
  test("has the operations and faults that were asked for", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { steps } = makePlan({ seed, faults: FAULTS });
      expect(steps.filter(({ kind }) => kind !== "fault" && kind !== "quiet")).toHaveLength(200);
      expect(steps.filter(({ kind }) => kind === "fault")).toHaveLength(5);
    }
  });

  test("is the same for the same seed, and another for another", () => {
    expect(makePlan({ seed: 7, faults: FAULTS })).toEqual(makePlan({ seed: 7, faults: FAULTS }));
    expect(makePlan({ seed: 7, faults: FAULTS })).not.toEqual(makePlan({ seed: 8, faults: FAULTS }));
  });

  test("names a node for what breaks at one, a client for a slow reader, and neither for Redis", () => {
    for (let seed = 0; seed < 50; seed++) {
      for (const step of makePlan({ seed, faults: FAULTS }).steps) {
        if (step.kind !== "fault") continue;
        expect(step.node !== undefined).toBe(step.fault === "kill" || step.fault === "freeze");
        expect(step.client !== undefined).toBe(step.fault === "slow-reader");
      }
    }
  });

  test("is plain data", () => {
    const plan = makePlan({ seed: 3, faults: FAULTS });
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test("can be one without faults", () => {
    const { steps } = makePlan({ seed: 3, faults: [], faultCount: 0, operations: 60 });
    expect(steps).toHaveLength(60);
  });
});
