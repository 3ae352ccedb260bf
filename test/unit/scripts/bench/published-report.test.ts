import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chartOf } from "../../../../scripts/bench/report/chart.ts";
import { page } from "../../../../scripts/bench/report/page.ts";
import { readResults } from "../../../../scripts/bench/report/read-results.ts";
import { summary, withSummary } from "../../../../scripts/bench/report/readme-summary.ts";
import { checkTargets } from "../../../../scripts/bench/report/targets.ts";
import { SCENARIOS } from "../../../../scripts/bench/scenarios/all.ts";
import { ROOT } from "../../../support/server-target.ts";

const FOLDER = join(ROOT, "docs/benchmarks");
const results = readResults(FOLDER, SCENARIOS.map(({ name }) => name));
const checks = checkTargets(results);
const read = (path: string): string => readFileSync(path, "utf8");

// After a new measurement or a change of the report, run `bun run bench --report`.
describe("the published figures", () => {
  test("README.md says what the results in docs/benchmarks say, and nothing else", () => {
    const readme = read(join(ROOT, "README.md"));
    expect(withSummary(readme, summary(results, checks))).toBe(readme);
  });

  test("the page in docs/benchmarks is made of the results beside it", () => {
    expect(read(join(FOLDER, "README.md"))).toBe(page(results, checks));
  });

  test("each result has its chart, which shows it", () => {
    expect(results.size).toBeGreaterThan(0);
    for (const [name, result] of results) {
      const file = join(FOLDER, `${name}.svg`), chart = chartOf(result);
      expect(existsSync(file) ? read(file) : undefined).toBe(chart);
    }
  });

  test("a README without the marks cannot take the summary", () => {
    expect(() => withSummary("# A page", "text")).toThrow("README.md lacks the lines");
  });
});
