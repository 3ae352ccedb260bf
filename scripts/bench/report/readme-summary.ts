import { circumstances } from "./circumstances.ts";
import { caseRatios, oursIn } from "./ratios.ts";
import { bullets, paragraph } from "./markdown-prose.ts";
import type { ResultRow } from "./result.ts";
import { present, shortNumber, spreadOf } from "./statistics.ts";
import { targetCells } from "./page.ts";
import { markdownTable } from "./table.ts";
import type { Results, TargetCheck } from "./target-check.ts";

const BEGIN = "<!-- measured: written by bun run bench --report -->", END = "<!-- end of measured -->";
const COLUMNS = ["bare", "binary", "soketi", "reverb"];

/** The rows that tell most: scenario, label and measure as they stand in the results. */
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

/** The summary for README.md: the rows that tell most, and the targets. */
export function summary(results: Results, checks: readonly TargetCheck[]): string {
  const met = checks.filter(({ verdict }) => verdict === "met").length;
  const unknown = checks.filter(({ verdict }) => verdict === "not measured").length;
  return [
    bullets(circumstances(results)),
    markdownTable(summaryCells(results)),
    paragraph(
      `Of ${checks.length} targets ${met} are met, ${
        checks.length - met - unknown
      } missed and ${unknown} not measured:`,
    ),
    markdownTable(targetCells(checks)),
  ].join("\n\n");
}

/** The README with its summary replaced. Throws when the marks between which it stands are not there. */
export function withSummary(readme: string, text: string): string {
  const start = readme.indexOf(BEGIN), end = readme.indexOf(END);
  if (start === -1 || end < start) {
    throw new Error(`README.md lacks the lines ${BEGIN} and ${END}, between which the summary stands`);
  }
  return `${readme.slice(0, start + BEGIN.length)}\n\n${text}\n\n${readme.slice(end)}`;
}

function summaryCells(results: Results): string[][] {
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
      ...others.map((id) => {
        const ours = oursIn(result) ?? "binary";
        const [of, to] = id === "bare" ? [ours, id] : [id, ours];
        const [found] = caseRatios(result, { of, to, fits: (each) => each === row });
        return found === undefined ? "–" : shortNumber(found.ratio.median);
      }),
    ]),
  ];
}

function valueCell(row: ResultRow, id: string): string {
  const spread = spreadOf(present(row.values[id]));
  return spread === undefined ? "–" : shortNumber(spread.median);
}
