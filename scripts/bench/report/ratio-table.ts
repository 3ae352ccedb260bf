import { caseRatios, oursIn } from "./ratios.ts";
import { moreIsBetter, type ResultRow, type ScenarioResult } from "./result.ts";
import { present, shortNumber } from "./statistics.ts";

/**
 * The cells of a table of ratios taken pair by pair, the heading first: what ours needs for each that the bare server needs,
 * or another commit, and what others need for each of ours. Rates are left out, since their ratios are those of the cost upside down.
 */
export function ratioCells(result: ScenarioResult): string[][] {
  const ours = oursIn(result);
  if (ours === undefined) return [];
  const measured = result.contenders.filter(({ id }) =>
    result.rows.some(({ values }) => present(values[id]).length > 0)
  );
  const name = measured.find(({ id }) => id === ours)!.name;
  const columns = measured.filter(({ id, isOurs }) =>
    id !== ours && (!isOurs || id === "deno" || id === "against")
  ).map((
    other,
  ) =>
    other.id === "bare" || other.id === "against"
      ? { heading: `${name} ÷ ${other.name}`, of: ours, to: other.id }
      : { heading: `${other.name} ÷ ${name}`, of: other.id, to: ours }
  );
  const rows = result.rows.filter((row) => !moreIsBetter(row) && !row.unit.includes("second"));
  if (columns.length === 0 || rows.length === 0) return [];
  return [
    ["", ...columns.map(({ heading }) => heading)],
    ...rows.map((
      row,
    ) => [`${row.label}: ${row.measure}`, ...columns.map((column) => cell(result, row, column))]),
  ];
}

function cell(
  result: ScenarioResult,
  row: ResultRow,
  { of, to }: { readonly of: string; readonly to: string },
): string {
  const [found] = caseRatios(result, { of, to, fits: (each) => each === row });
  if (found === undefined) return "–";
  const { median, low, high } = found.ratio;
  return `${shortNumber(median)} (${shortNumber(low)}–${shortNumber(high)})`;
}
