import { expect, test } from "bun:test";
import { mergeMetrics } from "../../../../../src/process/workers/metrics/merge-metrics.ts";

const page = (value: number): string =>
  [
    "# HELP a_total What a is",
    "# TYPE a_total counter",
    `a_total ${value}`,
    "",
    "# HELP b_seconds What b is",
    "# TYPE b_seconds histogram",
    `b_seconds_bucket{le="+Inf",route="/a b{}"} ${value}`,
    `b_seconds_sum{} ${value}`,
    "",
  ].join("\n");

test("each series of each worker is there, with its worker's label, and each metric is explained once", () => {
  expect(mergeMetrics([{ number: 1, text: page(3) }, { number: 2, text: page(4) }])).toBe(
    [
      "# HELP a_total What a is",
      "# TYPE a_total counter",
      'a_total{worker="1"} 3',
      'a_total{worker="2"} 4',
      "",
      "# HELP b_seconds What b is",
      "# TYPE b_seconds histogram",
      'b_seconds_bucket{worker="1",le="+Inf",route="/a b{}"} 3',
      'b_seconds_sum{worker="1"} 3',
      'b_seconds_bucket{worker="2",le="+Inf",route="/a b{}"} 4',
      'b_seconds_sum{worker="2"} 4',
      "",
    ].join("\n"),
  );
});

test("no pages make an empty page", () => {
  expect(mergeMetrics([])).toBe("");
});
