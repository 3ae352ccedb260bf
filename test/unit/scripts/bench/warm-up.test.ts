import { describe, expect, test } from "bun:test";
import { statusBytes } from "../../../../scripts/bench/machine/resident-bytes.ts";
import { isSteady, workOf } from "../../../../scripts/bench/warm-up.ts";

describe("a warm-up", () => {
  test("is over when three windows in a row cost the same within 5 %", () => {
    expect(isSteady([])).toBe(false);
    expect(isSteady([10, 10])).toBe(false);
    expect(isSteady([20, 10, 10.2, 10.4])).toBe(true);
    expect(isSteady([10, 10.2, 10.6])).toBe(false);
    expect(isSteady([10, 10, 10, 11])).toBe(false);
  });

  test("counts deliveries where there are any, else what was done", () => {
    expect(workOf({ calls: 5, events: 50, deliveries: 500 })).toBe(500);
    expect(workOf({ calls: 5, events: 50, deliveries: 0 })).toBe(5);
    expect(workOf({ connections: 7 })).toBe(7);
    expect(workOf({ events: 9, late: 3 })).toBe(9);
    expect(() => workOf({ deliveries: 0, cpuSeconds: 1 })).toThrow("nothing to warm up");
  });
});

test("the anonymous part of a process's memory is read from its status", () => {
  const status = "Name:\tresound\nVmRSS:\t   55000 kB\nRssAnon:\t   11000 kB\nRssFile:\t   44000 kB\n";
  expect(statusBytes(status, "VmRSS")).toBe(55_000 * 1024);
  expect(statusBytes(status, "RssAnon")).toBe(11_000 * 1024);
  expect(statusBytes("Name:\tresound\n", "RssAnon")).toBeNaN();
});
