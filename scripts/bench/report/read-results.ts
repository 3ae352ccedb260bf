import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ScenarioResult } from "./result.ts";
import type { Results } from "./target-check.ts";

/** The results in a folder, in the order of the scenarios; those that were not measured are not there. */
export function readResults(folder: string, scenarios: readonly string[]): Results {
  return new Map(
    scenarios.flatMap((name): [string, ScenarioResult][] => {
      const file = join(folder, `${name}.json`);
      // Written by this benchmark, whose files are replaced whenever their shape changes.
      return existsSync(file) ? [[name, JSON.parse(readFileSync(file, "utf8")) as ScenarioResult]] : [];
    }),
  );
}
