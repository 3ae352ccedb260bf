import { describe, expect, test } from "bun:test";
import { page } from "../../../../scripts/bench/report/page.ts";
import { ratioCells } from "../../../../scripts/bench/report/ratio-table.ts";
import { summary, withSummary } from "../../../../scripts/bench/report/readme-summary.ts";
import { tableCells } from "../../../../scripts/bench/report/table.ts";
import { resultText } from "../../../../scripts/bench/report/terminal.ts";
import { sampleResult, sampleRow } from "./sample-result.ts";

const result = sampleResult("fan-out", [
  sampleRow("1,000 subscribers, 8 at once, 100 B", {
    bare: [1, 2, 4],
    binary: [1.1, 2, 4],
    soketi: [11, 22, 44],
  }, {
    loadShares: { bare: 0.41, binary: 0.4, soketi: 0.12 },
  }),
]);
const results = new Map([["fan-out", result]]);

describe("the report of a benchmark", () => {
  test("a cell has the median, what it lies between, and the ratio to the bare server pair by pair", () => {
    expect(tableCells(result)).toEqual([
      ["", "bare Bun.serve", "Resound, binary", "soketi", "load client busy"],
      [
        "1,000 subscribers, 8 at once, 100 B: CPU a delivery, µs",
        "2.00 (1.00–4.00)",
        "2.00 (1.10–4.00) × 1.00",
        "22.0 (11.0–44.0) × 11.00",
        "41, 40, 12 %",
      ],
    ]);
  });

  test("ratios are of ours to the bare server, and of the others to ours", () => {
    expect(ratioCells(result)).toEqual([
      ["", "Resound, binary ÷ bare Bun.serve", "soketi ÷ Resound, binary"],
      ["1,000 subscribers, 8 at once, 100 B: CPU a delivery", "1.00 (1.00–1.10)", "11.0 (10.0–11.0)"],
    ]);
  });

  test("the page begins with the machine, and with the rows that tell most", () => {
    const text = page(results, []);
    expect(text).toContain("A processor, 2 processors, 8 GB, Linux 6");
    expect(text).toMatch(/^\| A title with .* \| 2\.00 +\| 2\.00 +\| 22\.0 +\| 1\.00 +\| 11\.0 +\|$/m);
  });

  test("a contender that could not start is named with the reason, on the page and on the terminal", () => {
    expect(page(results, [])).toContain("| Laravel Reverb  | could not start: PHP is not installed |");
    expect(resultText(result)).toContain("Laravel Reverb could not start: PHP is not installed");
  });

  test("the summary takes the place of the one before it and leaves the rest of README.md alone", () => {
    const before =
      "# Name\n\n<!-- measured: written by bun run bench --report -->\n\nold\n\n<!-- end of measured -->\n\nEnd\n";
    const text = summary(results, []);
    const after = withSummary(before, text);
    expect(after).toBe(before.replace("old", () => text));
    expect(withSummary(after, text)).toBe(after);
  });

  test("the summary names ours with the unit, and the other servers' in parentheses", () => {
    const open = { what: "x", target: "y", measured: "z" };
    const text = summary(results, [{ ...open, verdict: "met" }, { ...open, verdict: "not measured" }]);
    expect(text.replaceAll("\n", " ")).toBe(
      "Measured on one processor: a delivery to 1,000 subscribers, with 8 events at once, costs 2.00 µs of CPU (soketi: 22.0). Of 2 targets 1 are met, 0 missed " +
        "and 1 not measured: [docs/benchmarks](docs/benchmarks/README.md) has all figures, and why targets are missed.",
    );
  });
});
