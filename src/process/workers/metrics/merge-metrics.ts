import { readMetrics } from "./read-metrics.ts";

/** The metrics of one worker, in Prometheus' text format. */
export interface WorkerPage {
  readonly number: number;
  readonly text: string;
}

/** One page of all workers' metrics: each series of each of them, with the label `worker`. */
export function mergeMetrics(pages: readonly WorkerPage[]): string {
  /** Lines by their head: the two lines that explain the metric. */
  const families = new Map<string, string[]>();
  for (const { number, text } of pages) {
    for (const { head, series, value } of readMetrics(text)) {
      const lines = families.get(head) ?? [];
      lines.push(`${withWorker(series, number)} ${value}`);
      families.set(head, lines);
    }
  }
  return [...families].map(([head, lines]) => `${head}\n${lines.join("\n")}\n`).join("\n");
}

/** `name{a="b"}` or `name`; names have no braces. */
function withWorker(series: string, number: number): string {
  const label = `worker="${number}"`, brace = series.indexOf("{");
  if (brace === -1) return `${series}{${label}}`;
  const name = series.slice(0, brace), rest = series.slice(brace + 1);
  return rest === "}" ? `${name}{${label}}` : `${name}{${label},${rest}`;
}
