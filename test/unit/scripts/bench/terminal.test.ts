import { expect, test } from "bun:test";
import type { TargetCheck } from "../../../../scripts/bench/report/target-check.ts";
import { targetsText } from "../../../../scripts/bench/report/terminal.ts";

const MET: TargetCheck = { what: "fan-out", target: "at most 1 ×", measured: "0.9 ×", verdict: "met" };
const OPEN: TargetCheck = {
  what: "idle",
  target: "at most 3 KB",
  measured: "not had",
  verdict: "not measured",
};

test("of a run of some scenarios only their targets are shown, and how many others there are", () => {
  const text = targetsText([MET, OPEN, OPEN]);
  expect(text).toContain("fan-out");
  expect(text).not.toContain("idle");
  expect(text).toEndWith("\n2 of 3 were not measured; the written README.md says why.");
});

test("where all were measured nothing is said of others", () => {
  expect(targetsText([MET])).not.toContain("not measured");
});

test("where none was there is no table", () => {
  expect(targetsText([OPEN])).toBe("\nTargets\n1 of 1 were not measured; the written README.md says why.");
});
