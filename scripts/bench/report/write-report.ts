import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chartOf } from "./chart.ts";
import { page } from "./page.ts";
import { readResults } from "./read-results.ts";
import { summary, withSummary } from "./readme-summary.ts";
import { checkTargets } from "./targets.ts";
import type { TargetCheck } from "./target-check.ts";

/**
 * Writes the page and the charts of the results in a folder, and the summary into a README where one is given. Returns how the
 * targets stand. Throws when there are no results.
 */
export function writeReport(
  { folder, scenarios, readme }: {
    readonly folder: string;
    /** All names, in the order of the page. */
    readonly scenarios: readonly string[];
    readonly readme?: string;
  },
): TargetCheck[] {
  const results = readResults(folder, scenarios);
  if (results.size === 0) {
    throw new Error(`There are no results in ${folder} to report: measure something first`);
  }
  const checks = checkTargets(results);
  for (const [name, result] of results) {
    const file = join(folder, `${name}.svg`), chart = chartOf(result);
    if (chart === undefined) rmSync(file, { force: true });
    else writeFileSync(file, chart);
  }
  writeFileSync(join(folder, "README.md"), page(results, checks));
  if (readme !== undefined) {
    writeFileSync(readme, withSummary(readFileSync(readme, "utf8"), summary(results, checks)));
  }
  return checks;
}
