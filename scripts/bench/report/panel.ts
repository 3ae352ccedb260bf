import { moreIsBetter, type ResultRow, type ScenarioResult } from "./result.ts";
import { present, type Spread, spreadOf } from "./statistics.ts";

/** Pixels. */
export const PANEL_WIDTH = 440;

/** One chart of several that a scenario has. */
export interface PanelData {
  readonly title: string;
  /** What the values are, with their unit. */
  readonly subtitle: string;
  /** What the sizes count; empty where there is only one. */
  readonly axis: string;
  readonly lines: readonly {
    readonly id: string;
    readonly name: string;
    readonly points: readonly (Spread & { readonly size: number })[];
  }[];
}

/**
 * The charts of a scenario: cost over size where it was measured at several sizes, else the contenders side by side. Rates are left
 * to the table: they tell the same as the cost, but depend on what else the machine does.
 */
export function panelsOf(result: ScenarioResult): PanelData[] {
  const costs = result.rows.filter((row) => !moreIsBetter(row) && !row.unit.includes("second"));
  const grown = new Map<
    string,
    { readonly title: string; readonly axis: string; readonly rows: ResultRow[] }
  >();
  for (const row of costs) {
    for (const { series, axis } of row.growths) {
      const key = [row.measure, series, axis].join("\n");
      const panel = grown.get(key);
      if (panel === undefined) grown.set(key, { title: series, axis, rows: [row] });
      else panel.rows.push(row);
    }
  }
  return [
    ...[...grown.values()].map(({ title, axis, rows }) => panel(result, title, axis, rows)),
    ...costs.filter(({ growths }) => growths.length === 0).map((row) => panel(result, row.label, "", [row])),
  ];
}

function panel(
  { contenders }: ScenarioResult,
  title: string,
  axis: string,
  rows: readonly ResultRow[],
): PanelData {
  const lines = contenders.map(({ id, name }) => ({
    id,
    name,
    points: rows.flatMap((row) => {
      const spread = spreadOf(present(row.values[id]));
      const size = row.growths.find((growth) => growth.axis === axis && growth.series === title)?.size ?? 0;
      return spread === undefined ? [] : [{ ...spread, size }];
    }),
  }));
  const { measure, unit } = rows[0]!;
  return {
    title,
    subtitle: `${measure}, ${unit}`,
    axis,
    lines: lines.filter(({ points }) => points.length > 0),
  };
}
