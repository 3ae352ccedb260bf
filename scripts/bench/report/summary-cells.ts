import { caseRatios, oursIn } from "./ratios.ts";
import type { ResultRow, ScenarioResult } from "./result.ts";
import { present, shortNumber, spreadOf } from "./statistics.ts";
import type { Results } from "./target-check.ts";

const COLUMNS = ["bare", "binary", "soketi", "reverb"];

/** The rows that tell most: scenario, label and measure as they are in the results. */
const CHOSEN: readonly (readonly [scenario: string, label: string, measure: string])[] = [
  ["fan-out", "1,000 subscribers, 8 at once, 100 B", "CPU a delivery"],
  ["fan-out", "1,000 subscribers, 1 at once, 100 B", "CPU a delivery"],
  ["http", "one event a call", "CPU a call"],
  ["client-events", "500 a second", "CPU a delivery"],
  ["client-events", "as many as possible, 32 at once", "CPU a delivery"],
  ["presence", "room of 1,000", "CPU a join and leave"],
  ["connect", "connect, subscribe, close, 32 at once", "CPU a connection"],
  ["idle", "10,000 connections", "memory a connection"],
  ["start-up", "empty server", "memory"],
  ["start-up", "empty server", "until the first greeting"],
  ["latency", "half of Resound's capacity", "p50"],
  ["latency", "half of Resound's capacity", "p99"],
];

/** The cells of the table that sums all scenarios up, the heading first: a row for each of the chosen measures. */
export function summaryCells(results: Results): string[][] {
  const names = new Map(
    [...results.values()].flatMap(({ contenders }) => contenders).map(({ id, name }) => [id, name]),
  );
  const rows = CHOSEN.flatMap(([scenario, label, measure]) => {
    const result = results.get(scenario);
    const row = result?.rows.find((row) => row.label === label && row.measure === measure);
    return result === undefined || row === undefined ? [] : [{ result, row }];
  });
  const shown = COLUMNS.filter((id) => rows.some(({ row }) => present(row.values[id]).length > 0));
  const others = shown.filter((id) => id !== "binary");
  const heading = (id: string): string =>
    id === "bare" ? `${names.get("binary")} ÷ bare` : `${names.get(id)} ÷ ${names.get("binary")}`;
  return [
    ["what", ...shown.map((id) => names.get(id)!), ...others.map(heading)],
    ...rows.map(({ result, row }) => [
      `${result.title}, ${row.label}: ${row.measure}, ${row.unit}`,
      ...shown.map((id) => valueCell(row, id)),
      ...others.map((id) => ratioCell(result, row, id)),
    ]),
  ];
}

function valueCell(row: ResultRow, id: string): string {
  const spread = spreadOf(present(row.values[id]));
  return spread === undefined ? "–" : shortNumber(spread.median);
}

/** Ours by the bare server's, or another contender's by ours. */
function ratioCell(result: ScenarioResult, row: ResultRow, id: string): string {
  const ours = oursIn(result) ?? "binary";
  const [of, to] = id === "bare" ? [ours, id] : [id, ours];
  const [found] = caseRatios(result, { of, to, fits: (each) => each === row });
  return found === undefined ? "–" : shortNumber(found.ratio.median);
}
