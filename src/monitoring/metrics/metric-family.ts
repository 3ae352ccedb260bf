import type { Histogram } from "../histogram.ts";

/** Labels of one series. Values MUST come from closed or configured sets, since each new value makes a series that stays. */
export type Labels = Readonly<Record<string, string>>;

/** A number that only grows, or one that goes up and down. */
export interface NumberFamily {
  readonly type: "counter" | "gauge";
  /** By Prometheus' conventions it ends with a unit (`_seconds`, `_bytes`) and, on counters, with `_total`. */
  readonly name: string;
  /** What the metric is, without a full stop. */
  readonly help: string;
  readonly labels: readonly string[];
  /** Reads the numbers as they are now. Called each time that the page is asked for. */
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
