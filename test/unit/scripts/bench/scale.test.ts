import { describe, expect, test } from "bun:test";
import { scaleOf, scaleOfSizes } from "../../../../scripts/bench/report/scale.ts";

describe("the axes of charts", () => {
  test("values of one decade stand on a linear axis from 0 to a round number", () => {
    const scale = scaleOf([13, 47]);
    expect(scale.isLogarithmic).toBe(false);
    expect(scale.ticks).toEqual([0, 10, 20, 30, 40, 50]);
    expect(scale.at(25)).toBe(0.5);
  });

  test("values that span a decade stand on a logarithmic axis whose ends enclose them", () => {
    const scale = scaleOf([0.3, 40]);
    expect(scale.isLogarithmic).toBe(true);
    expect(scale.ticks).toEqual([0.2, 0.5, 1, 2, 5, 10, 20, 50]);
    expect([scale.at(0.2), scale.at(50)]).toEqual([0, 1]);
  });

  test("over many decades only powers of ten are marked", () => {
    expect(scaleOf([0.5, 5000]).ticks).toEqual([0.1, 1, 10, 100, 1000, 10_000]);
  });

  test("a zero, a single value and no value at all have an axis, too", () => {
    expect(scaleOf([0, 100]).isLogarithmic).toBe(false);
    expect(scaleOf([0, 0]).at(0)).toBe(0);
    expect(scaleOf([7]).ticks[0]).toBe(0);
    expect(scaleOf([]).at(0)).toBe(0);
  });

  test("sizes are marked where they are, as far apart as their ratios", () => {
    const scale = scaleOfSizes([1000, 10, 100, 10]);
    expect(scale.ticks).toEqual([10, 100, 1000]);
    expect(scale.at(100)).toBeCloseTo(0.5);
    expect(scaleOfSizes([5]).at(5)).toBe(0.5);
  });
});
