import { describe, expect, test } from "bun:test";
import type { ScenarioResult } from "../../../../scripts/bench/report/result.ts";
import {
  checkTarget,
  type Rule,
  type Target,
  type TargetCheck,
} from "../../../../scripts/bench/report/target-check.ts";
import { missedBecause } from "../../../../scripts/bench/report/target-reasons.ts";
import { checkTargets } from "../../../../scripts/bench/report/targets.ts";
import { growthCheck, tailChecks } from "../../../../scripts/bench/report/target-shapes.ts";
import { sampleResult, sampleRow } from "./sample-result.ts";

const ROWS = [
  sampleRow("10 subscribers", { bare: [1, 2, 4], binary: [1.1, 2.2, 4.4], soketi: [11, 22, 44] }),
  sampleRow("100 subscribers", { bare: [1, 1, 1], binary: [1, 1, 1], soketi: [9, 9, 9] }),
];

function check(rule: Rule, rows = ROWS) {
  const target: Target = { what: "what", target: "target", scenario: "fan-out", fits: () => true, rule };
  return checkTarget(target, results(sampleResult("fan-out", rows)));
}

function results(...all: readonly ScenarioResult[]): Map<string, ScenarioResult> {
  return new Map(all.map((result) => [result.scenario, result]));
}

const MISSED: TargetCheck = {
  what: "HTTP trigger, signature verified",
  target: "at most 1.6 × bare",
  measured: "2.00 ×",
  verdict: "missed",
};

describe("the targets of the benchmark", () => {
  test("a limit in times of another holds for every case, by the ratios pair by pair", () => {
    expect(check({ kind: "at most", times: 1.2, of: "bare" })).toMatchObject({
      verdict: "met",
      measured: "met in 2 of 2 cases; the farthest from it 1.10 × (10 subscribers)",
    });
    expect(check({ kind: "at most", times: 1.05, of: "bare" })).toMatchObject({
      verdict: "missed",
      measured: "met in 1 of 2 cases; the farthest from it 1.10 × (10 subscribers)",
    });
  });

  test("being better than another counts the other way round", () => {
    expect(check({ kind: "better", times: 9, than: "soketi" }).verdict).toBe("met");
    expect(check({ kind: "better", times: 9.5, than: "soketi" })).toMatchObject({
      verdict: "missed",
      measured: "met in 1 of 2 cases; the farthest from it 9.00 × (100 subscribers)",
    });
  });

  test("a limit of its own is held against the median of the rounds", () => {
    const rows = [sampleRow("empty", { binary: [70, 44, 43] }, { unit: "MB" })];
    expect(check({ kind: "below", limit: 45 }, rows)).toMatchObject({ verdict: "met", measured: "44.0 MB" });
    expect(check({ kind: "below", limit: 43.5 }, rows).verdict).toBe("missed");
  });

  test("a case is held against another of the same measure, pair by pair", () => {
    const rows = [
      sampleRow("off, 8 at once", { binary: [1, 2, 4] }),
      sampleRow("on, 8 at once", { binary: [1.5, 3, 8] }),
      sampleRow("off, 8 at once", { binary: [9, 9, 9] }, { measure: "events" }),
    ];
    const than = (label: string): string => label.replace("on", "off");
    const target: Target = {
      what: "what",
      target: "target",
      scenario: "recovery",
      fits: ({ label }) => label.startsWith("on"),
      rule: { kind: "own", times: 1.6, than },
    };
    const checked = checkTarget(target, results(sampleResult("recovery", rows)));
    expect(checked).toMatchObject({ verdict: "met", measured: "1.50 ×" });
    const alone = checkTarget(target, results(sampleResult("recovery", rows.slice(1))));
    expect(alone).toMatchObject({ verdict: "not measured", measured: "Resound, binary has no such case" });
  });

  test("recovery and workers are held against the same server without them", () => {
    const recovery = sampleResult("recovery", [
      sampleRow("off, 8 at once", { binary: [1] }),
      sampleRow("on, 8 at once", { binary: [1.7] }),
      sampleRow("off, two nodes, 32 at once", { binary: [8000] }, { measure: "events", unit: "a second" }),
      sampleRow("on, two nodes, 32 at once", { binary: [5000] }, { measure: "events", unit: "a second" }),
      sampleRow("10,000 silent clients", { binary: [250] }, {
        measure: "memory a connection, more than off",
        unit: "B",
      }),
    ]);
    const measure = "CPU a call, all processes", what = "API calls without subscribers, 16 at once";
    const workers = sampleResult("workers", [
      sampleRow(`one process, ${what}`, { binary: [20] }, { measure }),
      sampleRow(`2 workers without Redis, ${what}`, { binary: [24] }, { measure }),
    ]);
    const verdicts = checkTargets(results(recovery, workers)).filter(({ verdict }) =>
      verdict !== "not measured"
    );
    expect(verdicts.map(({ what, measured, verdict }) => [what, measured, verdict])).toEqual([
      ["recovery on, events to 1,000 subscribers, 8 at once", "1.70 ×", "missed"],
      ["recovery on, events between two nodes", "1.60 ×", "met"],
      ["recovery on, idle subscribed connection", "250 B", "met"],
      ["two workers without Redis, an API call", "1.20 ×", "met"],
    ]);
  });

  test("a node is held against one process, and both nodes against a limit", () => {
    const calls = "API calls without subscribers, 16 at once", measure = "with scaling against without";
    const cluster = sampleResult("cluster", [
      sampleRow(`${calls}, no other node`, { binary: [1.05] }, { measure, unit: "×" }),
      sampleRow(`${calls}, one other node`, { binary: [1.5] }, { measure, unit: "×" }),
      sampleRow("events to one subscriber on the other node, 32 at once", { binary: [38] }, {
        measure: "CPU of both nodes an event",
        unit: "µs",
      }),
    ]);
    const verdicts = checkTargets(results(cluster)).filter(({ verdict }) => verdict !== "not measured");
    expect(verdicts.map(({ what, target, measured, verdict }) => [what, target, measured, verdict])).toEqual([
      ["API call with scaling, no other node", "at most 1.1 × without scaling", "1.05 ×", "met"],
      [
        "API call with scaling, one other node without a subscriber",
        "at most 1.3 × without scaling",
        "1.50 ×",
        "missed",
      ],
      [
        "event to a subscriber on another node, 32 at once",
        "at most 40 µs of CPU of both nodes",
        "38.0 µs",
        "met",
      ],
    ]);
  });

  test("what could not be measured says why, and is neither met nor missed", () => {
    expect(check({ kind: "better", times: 5, than: "reverb" })).toMatchObject({
      verdict: "not measured",
      measured: "Laravel Reverb could not start: PHP is not installed",
    });
    expect(checkTargets(new Map()).every(({ verdict }) => verdict === "not measured")).toBe(true);
  });

  test("a join may cost in proportion to the members, but not with their square", () => {
    const rooms = (cost: readonly number[]) =>
      results(sampleResult(
        "presence",
        [100, 1000].map((size, index) =>
          sampleRow(`room of ${size}`, { binary: [cost[index]!] }, {
            measure: "CPU a join and leave",
            growths: [{ series: "newcomers", size, axis: "members" }],
          })
        ),
      ));
    expect(growthCheck(rooms([50, 520]))).toMatchObject({
      verdict: "met",
      measured: "10.4 × the cost for 10.0 × the members (100 to 1,000)",
    });
    expect(growthCheck(rooms([50, 5000])).verdict).toBe("missed");
  });

  test("the tail is held against the median delay and against the longest pause", () => {
    const row = (measure: string, value: number) =>
      sampleRow("half of Resound's capacity", { binary: [value] }, { measure, unit: "ms" });
    const tails = tailChecks(
      results(
        sampleResult("latency", [
          row("p50", 1),
          row("p99", 2),
          row("longest", 80),
          row("load client late, at most", 3),
        ]),
      ),
    );
    expect(tails.map(({ measured, verdict }) => [measured, verdict])).toEqual([
      ["2.00 × (2.00 of 1.00 ms)", "met"],
      ["longest delay 80.0 ms; the load client itself was late by up to 3.00 ms", "missed"],
    ]);
  });

  test("the reason for what is missed is told once, and only then", () => {
    expect(missedBecause([MISSED, { ...MISSED, target: "3 × better than soketi" }])).toMatch(
      /^- HTTP trigger[^-]+$/,
    );
    expect(missedBecause([{ ...MISSED, verdict: "met" }, { ...MISSED, what: "something else" }])).toBe("");
  });
});
