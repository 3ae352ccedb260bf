import { targetCells } from "./page.ts";
import { problemText, type ScenarioResult } from "./result.ts";
import { ratioCells } from "./ratio-table.ts";
import { plainTable, tableCells } from "./table.ts";
import type { TargetCheck } from "./target-check.ts";

/** What a scenario gave, for a terminal. */
export function resultText(result: ScenarioResult): string {
  const { title, scenario, pairs, rows, notes, contenders, machine } = result;
  const ratios = ratioCells(result);
  return [
    `\n${title} (${scenario}), ${pairs} rounds`,
    ...(rows.length === 0 ? [] : [plainTable(tableCells(result))]),
    ...(ratios.length === 0 ? [] : ["\nRatios pair by pair, median (smallest–largest)", plainTable(ratios)]),
    ...notes,
    ...contenders.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [`${name} ${problemText(problem)}`]
    ),
    `Other processes used ${machine.otherWork.toFixed(2)} processors meanwhile.`,
  ].join("\n");
}

/** How the targets stand, for a terminal: those that were measured. */
export function targetsText(checks: readonly TargetCheck[]): string {
  const measured = checks.filter(({ verdict }) => verdict !== "not measured");
  const others = checks.length - measured.length;
  return [
    "\nTargets",
    ...(measured.length === 0 ? [] : [plainTable(targetCells(measured))]),
    ...(others === 0
      ? []
      : [`${others} of ${checks.length} were not measured; the written README.md says why.`]),
  ].join("\n");
}
