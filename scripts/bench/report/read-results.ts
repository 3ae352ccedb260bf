import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RESULT_FORMAT, type ScenarioResult } from "./result.ts";
import type { Results } from "./target-check.ts";

/** The results in a folder, in the order of the scenarios. What was not measured, or by an older benchmark, is not there. */
export function readResults(folder: string, scenarios: readonly string[]): Results {
  return new Map(
    scenarios.flatMap((name): [string, ScenarioResult][] => {
      const file = join(folder, `${name}.json`);
      if (!existsSync(file)) return [];
      const result = JSON.parse(readFileSync(file, "utf8")) as ScenarioResult;
      return result.format === RESULT_FORMAT ? [[name, result]] : [];
    }),
  );
}
