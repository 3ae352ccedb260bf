import { expect, test } from "bun:test";
import { hintText, listText, usageText } from "../../../../scripts/bench/usage.ts";
import { allContenders } from "../../../../scripts/bench/contenders/all.ts";
import { SCENARIOS } from "../../../../scripts/bench/scenarios/all.ts";

test("help, the list and the hint under an error name every scenario with what it measures", () => {
  for (const text of [usageText(SCENARIOS), hintText(SCENARIOS), listText(SCENARIOS, allContenders())]) {
    for (const { name, measures } of SCENARIOS) {
      expect(text).toMatch(new RegExp(`^  ${name} +${measures}$`, "m"));
    }
  }
});

test("what a scenario measures is one sentence", () => {
  for (const { measures } of SCENARIOS) expect(measures).toMatch(/^[A-Z][^.]+\.$/);
});

test("the list names every contender, and the hint where the options are", () => {
  const list = listText(SCENARIOS, allContenders());
  for (const { id, name } of allContenders()) expect(list).toContain(`  ${id.padEnd(16)} ${name}`);
  expect(hintText(SCENARIOS)).toContain("`bun run bench --help` has the options");
});
