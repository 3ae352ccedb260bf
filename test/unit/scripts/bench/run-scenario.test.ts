import { describe, expect, test } from "bun:test";
import type { ContenderKind } from "../../../../scripts/bench/contenders/contender.ts";
import { type Entrant, runScenario } from "../../../../scripts/bench/run-scenario.ts";
import type { Scenario } from "../../../../scripts/bench/scenario.ts";

function entrant(id: string, more: Partial<ContenderKind> = {}, problem?: string): Entrant {
  const kind: ContenderKind = {
    id,
    name: `the ${id}`,
    isOurs: false,
    lacks: [],
    prepare: () => Promise.reject(new Error("is not called")),
    start: () => Promise.reject(new Error("is not called")),
    ...more,
  };
  return { kind, version: "1", ...(problem === undefined ? {} : { problem }) };
}

function scenario(measure: Scenario["measure"], more: Partial<Scenario> = {}): Scenario {
  return { name: "sample", title: "Sample", measures: "", about: "", measure, ...more };
}

function run(what: Scenario, entrants: readonly Entrant[]) {
  return runScenario(what, entrants, {
    pace: { name: "quick", runFor: 1, warmUp: 1, pairs: 2 },
    pairs: 2,
    facts: {
      processor: "",
      processors: 2,
      memoryGigabytes: 1,
      system: "",
      pinned: false,
      date: "",
      commit: "",
    },
    progress: () => {},
  });
}

describe("a scenario of the benchmark", () => {
  test("visits the contenders in turn, round after round, and puts their values side by side", async () => {
    const visits: string[] = [];
    const result = await run(
      scenario((stage) => {
        visits.push(stage.contenderId);
        stage.add({
          label: "case",
          measure: "CPU a call",
          unit: "µs",
          value: visits.length,
          loadShare: visits.length / 10,
        });
        return Promise.resolve();
      }),
      [entrant("a"), entrant("b")],
    );
    expect(visits).toEqual(["a", "b", "a", "b"]);
    expect(result.rows).toEqual([{
      label: "case",
      measure: "CPU a call",
      unit: "µs",
      growths: [],
      values: { a: [1, 3], b: [2, 4] },
      loadShares: { a: 0.2, b: expect.closeTo(0.3) },
    }]);
  });

  test("a contender that fails keeps the figures until then, is not visited again, and the failure says where", async () => {
    const visits: string[] = [];
    const result = await run(
      scenario((stage) => {
        visits.push(stage.contenderId);
        stage.note("the second case");
        stage.add({ label: "case", measure: "CPU a call", unit: "µs", value: 7 });
        return stage.contenderId === "b"
          ? Promise.reject(new Error("99 of 100 deliveries"))
          : Promise.resolve();
      }),
      [entrant("a"), entrant("b")],
    );
    expect(visits).toEqual(["a", "b", "a"]);
    expect(result.rows[0]!.values).toEqual({ a: [7, 7], b: [7, null] });
    expect(result.contenders[1]!.problem).toEqual({
      kind: "failed",
      reason: "the second case: 99 of 100 deliveries",
    });
  });

  test("a contender that cannot start or cannot do what is measured is not visited, and the result gives the reason", async () => {
    const visits: string[] = [];
    const result = await run(
      scenario((stage) => Promise.resolve(void visits.push(stage.contenderId)), { needs: "redis" }),
      [entrant("a"), entrant("b", { lacks: ["redis"] }), entrant("c", {}, "PHP is not installed")],
    );
    expect(visits).toEqual(["a", "a"]);
    expect(result.contenders.map(({ problem }) => problem)).toEqual([
      undefined,
      { kind: "lacking", reason: "does not meet others in Redis" },
      { kind: "unavailable", reason: "PHP is not installed" },
    ]);
  });

  test("capacities are found once before the rounds, and what a visit remarks is kept once", async () => {
    const seen: unknown[] = [];
    const result = await run(
      scenario((stage) => {
        stage.fits(5);
        seen.push([...stage.capacities]);
        return Promise.resolve();
      }, { calibrate: (stage) => Promise.resolve(stage.contenderId === "a" ? 10 : 20) }),
      [entrant("a", { mostSockets: () => 4 }), entrant("b")],
    );
    expect(seen).toEqual(Array.from({ length: 4 }, () => [["a", 10], ["b", 20]]));
    expect(result.notes).toEqual(["the a: 5 connections do not fit, its event loop takes 4 at most."]);
  });
});
