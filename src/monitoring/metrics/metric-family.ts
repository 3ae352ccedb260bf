import type { Histogram } from "../histogram.ts";

/** Labels of one series. Values MUST come from closed or configured sets: each new one is a series that stays. */
export type Labels = Readonly<Record<string, string>>;

/** A number that only grows, or one that goes up and down. */
export interface NumberFamily {
  readonly type: "counter" | "gauge";
  /** By Prometheus' conventions: a unit (`_seconds`, `_bytes`) and, on counters, `_total` at its end. */
  readonly name: string;
  /** Completes the name to a sentence; without full stop. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Reads the numbers as they are now; called for each request of the page. */
  readonly read: () => Iterable<readonly [Labels, number]>;
}

/** A distribution, in buckets. */
export interface HistogramFamily {
  readonly type: "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: () => Iterable<readonly [Labels, Histogram]>;
}

/** One metric with all its series. */
export type MetricFamily = NumberFamily | HistogramFamily;

/** The series of a metric that has no labels. */
export function single(read: () => number): NumberFamily["read"] {
  return () => [[{}, read()]];
}
