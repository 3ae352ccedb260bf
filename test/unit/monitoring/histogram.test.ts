import { expect, test } from "bun:test";
import { ClusterCounters } from "../../../src/monitoring/cluster-counters.ts";
import { Histogram } from "../../../src/monitoring/histogram.ts";

test("an observation counts in the first bucket whose bound it does not exceed", () => {
  const histogram = new Histogram([1, 2, 5]);
  for (const value of [0, 1, 1.5, 2, 5.1, 100]) histogram.observe(value);
  expect(histogram.counts).toEqual([2, 2, 0, 2]);
  expect(histogram.sum).toBeCloseTo(109.6);
});

test("a round trip is kept as the last one and counted in the histogram", () => {
  const counters = new ClusterCounters();
  counters.observeRoundTrip(0.002);
  counters.observeRoundTrip(0.0001);
  expect(counters.lastRoundTrip).toBe(0.0001);
  expect(counters.roundTrip.counts.reduce((sum, count) => sum + count)).toBe(2);
});
