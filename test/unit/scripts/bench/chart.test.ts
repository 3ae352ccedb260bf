import { describe, expect, test } from "bun:test";
import { chartOf } from "../../../../scripts/bench/report/chart.ts";
import { panelsOf } from "../../../../scripts/bench/report/panel.ts";
import { sampleResult, sampleRow } from "./sample-result.ts";

const GROWN = [10, 100].map((size) =>
  sampleRow(`${size} subscribers`, { bare: [1, 2, 3], binary: [2, null, 4] }, {
    growths: [{ series: "8 at once", size, axis: "subscribers" }],
  })
);

describe("the charts of a result", () => {
  test("what was measured at several sizes is a line a contender, the rest stands side by side, rates are left out", () => {
    const alone = sampleRow("empty server", { binary: [40] }, { measure: "memory", unit: "MB" });
    const rate = sampleRow("8 at once", { binary: [1000] }, { measure: "deliveries", unit: "a second" });
    const panels = panelsOf(sampleResult("fan-out", [...GROWN, alone, rate]));
    expect(panels.map(({ title, subtitle, axis }) => [title, subtitle, axis])).toEqual([
      ["8 at once", "CPU a delivery, µs", "subscribers"],
      ["empty server", "memory, MB", ""],
    ]);
    expect(panels[0]!.lines.map(({ id, points }) => [id, points])).toEqual([
      ["bare", [10, 100].map((size) => ({ median: 2, low: 1, high: 3, size }))],
      ["binary", [10, 100].map((size) => ({ median: 3, low: 2, high: 4, size }))],
    ]);
  });

  test("a chart is a document without loose signs, with a legend, units, and colours for light and dark", () => {
    const chart = chartOf(sampleResult("fan-out", GROWN))!;
    for (const part of ["A title with &#60;signs&#62; &#38; such", "CPU a delivery, µs", ">subscribers<"]) {
      expect(chart).toContain(part);
    }
    expect(chart).toContain("prefers-color-scheme:dark");
    expect(chart).not.toContain("NaN");
    expect(chart.match(/<g\b/g)!.length).toBe(chart.match(/<\/g>/g)!.length);
  });

  test("without figures there is no chart", () => {
    expect(chartOf(sampleResult("cluster", []))).toBeUndefined();
  });
});
