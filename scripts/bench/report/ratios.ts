import type { ResultRow, ScenarioResult } from "./result.ts";
import { pairRatios, type Spread, spreadOf } from "./statistics.ts";

/** How many times as much as another one contender needs in one case. */
export interface CaseRatio {
  readonly label: string;
  readonly ratio: Spread;
}

/** The ratios of two contenders, pair by pair, in every row that fits and where both have values. */
export function caseRatios(
  result: ScenarioResult,
  { of, to, fits }: {
    readonly of: string;
    readonly to: string;
    readonly fits: (row: ResultRow) => boolean;
  },
): CaseRatio[] {
  return result.rows.filter(fits).flatMap((row) => {
    const ratio = spreadOf(pairRatios(row.values[of], row.values[to]));
    return ratio === undefined ? [] : [{ label: row.label, ratio }];
  });
}

/** The form of this server that targets are about: the executable, or the sources where only they were measured. */
export function oursIn({ contenders, rows }: ScenarioResult): string | undefined {
  const has = (id: string): boolean =>
    contenders.some((each) => each.id === id) &&
    rows.some(({ values }) => values[id]?.some((value) => value !== null) ?? false);
  return ["binary", "source"].find(has);
}
