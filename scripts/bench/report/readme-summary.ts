import { paragraph } from "./markdown-prose.ts";
import { present, shortNumber, spreadOf } from "./statistics.ts";
import type { Results, TargetCheck } from "./target-check.ts";

const BEGIN = "<!-- measured: written by bun run bench --report -->", END = "<!-- end of measured -->";
const OURS = "binary", OTHERS = ["soketi", "reverb"];

/** The figures that README.md names: scenario, label and measure as they are in the results, and the words before the value. */
const NAMED: readonly (readonly [scenario: string, label: string, measure: string, words: string])[] = [
  [
    "fan-out",
    "1,000 subscribers, 8 at once, 100 B",
    "CPU a delivery",
    "a delivery to 1,000 subscribers, with 8 events at once, costs",
  ],
  ["http", "one event a call", "CPU a call", "an API call"],
  ["idle", "10,000 connections", "memory a connection", "an idle connection takes"],
];

/**
 * Two sentences for README.md: a few figures with those of the other servers in parentheses, and how the targets stand. The values
 * are medians.
 */
export function summary(results: Results, checks: readonly TargetCheck[]): string {
  const figures = NAMED.flatMap(([scenario, label, measure, words]) => {
    const result = results.get(scenario);
    const row = result?.rows.find((row) => row.label === label && row.measure === measure);
    if (result === undefined || row === undefined) return [];
    const valueOf = (id: string): string | undefined => {
      const spread = spreadOf(present(row.values[id]));
      return spread === undefined ? undefined : shortNumber(spread.median);
    };
    const ours = valueOf(OURS);
    const others = OTHERS.flatMap((id) => {
      const value = valueOf(id), name = result.contenders.find((each) => each.id === id)?.name;
      return value === undefined ? [] : [`${name}: ${value}`];
    });
    const behind = others.length === 0 ? "" : ` (${others.join(", ")})`;
    const cpu = measure.startsWith("CPU") ? " of CPU" : "";
    return ours === undefined ? [] : [`${words} ${ours} ${row.unit}${cpu}${behind}`];
  });
  const count = (wanted: TargetCheck["verdict"]): number =>
    checks.filter(({ verdict }) => verdict === wanted).length;
  return paragraph(
    [
      ...(figures.length === 0 ? [] : [`Measured on one processor: ${figures.join("; ")}.`]),
      `Of ${checks.length} targets ${count("met")} are met, ${count("missed")} missed and ${
        count("not measured")
      } not measured: [docs/benchmarks](docs/benchmarks/README.md) has all figures, and why targets are missed.`,
    ].join(" "),
  );
}

/** The README with its summary replaced. Throws when the marks around it are not there. */
export function withSummary(readme: string, text: string): string {
  const start = readme.indexOf(BEGIN), end = readme.indexOf(END);
  if (start === -1 || end < start) {
    throw new Error(`README.md lacks the lines ${BEGIN} and ${END}, between which the summary stands`);
  }
  return `${readme.slice(0, start + BEGIN.length)}\n\n${text}\n\n${readme.slice(end)}`;
}
