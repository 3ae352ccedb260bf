import { expect, test } from "bun:test";
import { Log } from "../../../src/monitoring/log.ts";
import { Run, type RunParts } from "../../../src/process/run.ts";

/** A run whose checks end when a test says so, and what became of its restarts. */
function runWithChecks() {
  const checks: ((wrong: readonly string[]) => void)[] = [],
    outcomes: boolean[] = [],
    restarts: string[] = [];
  const control: Partial<RunParts["control"]> = {
    watchesRestartSignal: true,
    attach() {},
    restarted: ({ accepted }) => void outcomes.push(accepted),
  };
  const parts: Partial<RunParts> = {
    control: control as RunParts["control"],
    log: new Log("text", () => {}, () => new Date(0)),
    check: () => new Promise((resolve) => checks.push(resolve)),
  };
  const run = new Run(parts as RunParts, {
    stop() {},
    apply: () => ({ accepted: true, headline: "", lines: [] }),
    restart: (cause) => void restarts.push(cause),
    checksItself: false,
  });
  return { run, checks, outcomes, restarts };
}

test("a restart that is asked for during a check that refuses is checked after it", async () => {
  const { run, checks, outcomes, restarts } = runWithChecks();
  const first = run.restart("one");
  await run.restart("two");
  await run.restart("three");
  expect(checks).toHaveLength(1);
  checks[0]!(["wrong"]);
  // The refusal is reported before the next check begins.
  while (checks.length < 2) await Promise.resolve();
  expect([outcomes, restarts]).toEqual([[false], []]);
  checks[1]!([]);
  await first;
  expect([outcomes, restarts]).toEqual([[false, true], ["three"]]);
});

test("a restart that is asked for during a check that accepts is the same restart", async () => {
  const { run, checks, outcomes, restarts } = runWithChecks();
  const first = run.restart("one");
  await run.restart("two");
  checks[0]!([]);
  await first;
  expect([checks.length, outcomes, restarts]).toEqual([1, [true], ["one"]]);
});
