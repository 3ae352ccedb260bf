import { describe, expect, test } from "bun:test";
import {
  median,
  pairRatios,
  present,
  shortNumber,
  spreadOf,
} from "../../../../scripts/bench/report/statistics.ts";

describe("statistics of a benchmark", () => {
  test("the median is the middle value, or the mean of the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test("a spread names the smallest and the largest, and there is none of nothing", () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, low: 1, high: 5 });
    expect(spreadOf([])).toBeUndefined();
  });

  test("ratios are taken pair by pair, and only where both have a value", () => {
    expect(pairRatios([2, 9, null, 4], [1, 3, 5, null])).toEqual([2, 3]);
    expect(pairRatios(undefined, [1])).toEqual([]);
    expect(pairRatios([1], [0])).toEqual([]);
  });

  test("what a visit did not give is left out", () => {
    expect(present([1, null, 2])).toEqual([1, 2]);
    expect(present(undefined)).toEqual([]);
  });

  test("numbers are shown with three digits that count", () => {
    expect(shortNumber(0.91349)).toBe("0.913");
    expect(shortNumber(12.345)).toBe("12.3");
    expect(shortNumber(56_432.1)).toBe("56,400");
  });
});
