import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECK_SUBJECTS, error, ok, skipped, warning } from "../../../src/doctor/check-line.ts";
import { checkName, reportDocument, reportLine, reportSummary } from "../../../src/doctor/report.ts";

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

test("a check that could not be made counts neither as passed nor as failed", () => {
  const clock = skipped("clock", "no answer came");
  expect(reportSummary([LINES[0]!, clock])).toBe("All 1 checks passed, 1 skipped.");
  expect(reportSummary([...LINES, clock])).toBe("1 error, 1 warning, 1 of 3 checks passed, 1 skipped.");
  expect(reportLine(clock)).toBe("skipped  clock          no answer came.");
});

test("for programs the report is one object with the names of the checks", () => {
  expect(reportDocument(LINES)).toEqual({
    errors: 1,
    warnings: 1,
    checks: [
      { name: "configuration", outcome: "ok", sentence: "read.", remedy: null },
      { name: "open_files", outcome: "warning", sentence: "few.", remedy: "Raise them." },
      { name: "public_apps", outcome: "error", sentence: "elsewhere.", remedy: "Change the proxy." },
    ],
  });
});

test("docs/doctor.md lists the name of every check, and no other", () => {
  const page = readFileSync(join(import.meta.dir, "../../../docs/doctor.md"), "utf8");
  const names = [...page.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);
  expect(names).toEqual(CHECK_SUBJECTS.map(checkName));
});
