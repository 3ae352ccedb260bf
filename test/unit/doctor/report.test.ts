import { expect, test } from "bun:test";
import { error, ok, warning } from "../../../src/doctor/check-line.ts";
import { reportLine, reportSummary } from "../../../src/doctor/report.ts";

const LINES = [
  ok("configuration", "read"),
  warning("open files", "few", "Raise them"),
  error("public /apps", "elsewhere", "Change the proxy"),
];

test("lines have level and subject in columns, then what was found and the remedy", () => {
  expect(LINES.map(reportLine)).toEqual([
    "ok       configuration  read.",
    "warning  open files     few. Raise them.",
    "error    public /apps   elsewhere. Change the proxy.",
  ]);
});

test("the summary counts", () => {
  expect(reportSummary(LINES)).toBe("1 error, 1 warning, 1 of 3 checks passed.");
  expect(reportSummary([...LINES, LINES[2]!])).toBe("2 errors, 1 warning, 1 of 4 checks passed.");
  expect(reportSummary(LINES.slice(0, 1))).toBe("All 1 checks passed.");
});

test("a question keeps its mark and gets no full stop behind it", () => {
  expect(reportLine(warning("configuration", 'got "a"; did you mean "b"?', "Correct it")))
    .toEndWith('got "a"; did you mean "b"? Correct it.');
});
