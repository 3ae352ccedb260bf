import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RESULT_FORMAT, type ScenarioResult } from "./result.ts";
import type { Results } from "./target-check.ts";

/**
 * The results in a folder, in the order of the scenarios. What was not measured, or by another version of the benchmark, is not there.
 * Throws where a file is none of the benchmark's.
 */
export function readResults(folder: string, scenarios: readonly string[]): Results {
  return new Map(
    scenarios.flatMap((name): [string, ScenarioResult][] => {
      const result = read(folder, name);
      return result?.format === RESULT_FORMAT ? [[name, result]] : [];
    }),
  );
}

/** The scenarios whose results in a folder are of another version of the benchmark. Throws as `readResults` does. */
export function outdatedResults(folder: string, scenarios: readonly string[]): string[] {
  return scenarios.filter((name) => {
    const result = read(folder, name);
    return result !== undefined && result.format !== RESULT_FORMAT;
  });
}

function read(folder: string, name: string): ScenarioResult | undefined {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) return undefined;
  try {
    const result: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof result === "object" && result !== null) return result as ScenarioResult;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(
    `${file} is no result of the benchmark: remove it, or measure anew with bun run bench ${name}`,
  );
}
