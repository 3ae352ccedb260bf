import type { ContenderResult, ResultRow, ScenarioResult } from "./result.ts";
import { pairRatios, present, shortNumber, spreadOf } from "./statistics.ts";

/** The contender that all others are compared with: the bare server where it took part, else the first one. */
function referenceOf({ contenders, rows }: ScenarioResult): ContenderResult | undefined {
  const measured = contenders.filter(({ id }) => rows.some((row) => present(row.values[id]).length > 0));
  return measured.find(({ id }) => id === "bare") ?? measured[0];
}

/** The cells of a scenario's table, the heading first: a column a contender, each value with its ratio to the reference. */
export function tableCells(result: ScenarioResult): string[][] {
  const reference = referenceOf(result);
  const shown = result.contenders.filter(({ id }) =>
    result.rows.some((row) => present(row.values[id]).length > 0)
  );
  return [
    ["", ...shown.map(({ name }) => name), "load client busy"],
    ...result.rows.map((row) => [
      `${row.label}: ${row.measure}, ${row.unit}`,
      ...shown.map(({ id }) => cell(row, id, reference?.id)),
      loadCell(row),
    ]),
  ];
}

function cell(row: ResultRow, id: string, reference: string | undefined): string {
  const spread = spreadOf(present(row.values[id]));
  if (spread === undefined) return "–";
  const { low, high } = spread;
  const value = `${shortNumber(spread.median)} (${shortNumber(low)}–${shortNumber(high)})`;
  if (reference === undefined || reference === id) return value;
  const ratio = spreadOf(pairRatios(row.values[id], row.values[reference]));
  return ratio === undefined ? value : `${value} × ${ratio.median.toFixed(2)}`;
}

function loadCell({ loadShares }: ResultRow): string {
  const shares = Object.values(loadShares).map((share) => `${Math.round(share * 100)}`);
  return shares.length === 0 ? "–" : `${shares.join(", ")} %`;
}

/** A table for a terminal: its columns stand under each other, without rules between them. */
export function plainTable(cells: readonly (readonly string[])[]): string {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((text, column) => text.padEnd(widths[column]!)).join("   ").trimEnd())
    .join("\n");
}
