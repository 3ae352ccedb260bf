import { expect, test } from "bun:test";
import {
  describeFailures,
  type Failure,
  failureOfStep,
  readFailures,
} from "../../../scripts/test/failures.ts";

/** What bun 1.4.5 writes, shortened. */
const PARALLEL = `bun test v1.4.5 (a7733435c) 4x PARALLEL

test/a.test.ts:
(pass) ok
what a test printed
(skip) not here
what the next one printed
3 |   expect(1).toBe(2);
                    ^
error: expect(received).toBe(expected)

Expected: 2
Received: 1

      at <anonymous> (/work/test/a.test.ts:3:116)
\x1b[0m\x1b[31m(fail)\x1b[0m block > bad > name [0.27ms]

test/f.test.ts:
(pass) ok f [0.06ms]

test/a.test.ts:
(fail) late [116.38ms]
  ^ this test timed out after 50ms.
6 | throw "x";
    ^
error: x
(fail) throws [1.20s]

test/c.test.ts:

# Unhandled error between tests
-------------------------------
error: Cannot find module './nowhere.ts' from '/work/test/c.test.ts'
-------------------------------


test/f.test.ts:
begun
✗ test/f.test.ts (worker crashed: SIGKILL)

test/b.test.ts:
(fail) (unnamed) [0.19ms]
error: in beforeAll
      at <anonymous> (/work/test/b.test.ts:2:49)

test/e.test.ts:
(pass) the last [0.19ms]

1 tests skipped:
(skip) not here


4 tests failed:
(fail) late [116.38ms]

 4 pass
 1 skip
 6 fail
 1 error
Ran 10 tests across 6 files. [170.00ms]
`;

const failed = (title: string, text: readonly string[] = []): Failure => ({
  step: "unit",
  file: "test/a.test.ts",
  title,
  text,
});

test("each failed test has its file, its title, and what was written since the result before it", () => {
  const found = readFailures("feature:bun", PARALLEL);
  expect(found.map(({ step, file, title }) => [step, file, title])).toEqual([
    ["feature:bun", "test/a.test.ts", "block > bad > name"],
    ["feature:bun", "test/a.test.ts", "late"],
    ["feature:bun", "test/a.test.ts", "throws"],
    ["feature:bun", "test/c.test.ts", "outside of its tests"],
    ["feature:bun", "test/f.test.ts", "worker crashed: SIGKILL"],
    ["feature:bun", "test/b.test.ts", "(unnamed)"],
  ]);
  expect(found.map(({ text }) => [text[0], text.at(-1)])).toEqual([
    ["what the next one printed", "      at <anonymous> (/work/test/a.test.ts:3:116)"],
    ["  ^ this test timed out after 50ms.", "  ^ this test timed out after 50ms."],
    ['6 | throw "x";', "error: x"],
    [
      "error: Cannot find module './nowhere.ts' from '/work/test/c.test.ts'",
      "error: Cannot find module './nowhere.ts' from '/work/test/c.test.ts'",
    ],
    ["begun", "begun"],
    ["error: in beforeAll", "      at <anonymous> (/work/test/b.test.ts:2:49)"],
  ]);
});

test("a run without a failure has none, and ends as before", () => {
  const output = "a.test.ts:\n(pass) a\n\n 1 pass\n 0 fail\nRan 1 tests across 1 files. [1ms]\n";
  expect(readFailures("unit", output)).toEqual([]);
  expect(describeFailures([])).toEqual([]);
});

test("the names of all stand once more at the end, below the texts", () => {
  const step = failureOfStep("types", "ended with code 2", "\nsrc/a.ts(1,2): error TS2304\n\n");
  expect(describeFailures([failed("first", ["error: one"]), step])).toEqual([
    "",
    "=== failures",
    "",
    "unit: test/a.test.ts: first",
    "  error: one",
    "",
    "types: ended with code 2",
    "  src/a.ts(1,2): error TS2304",
    "",
    "=== failed",
    "unit: test/a.test.ts: first",
    "types: ended with code 2",
  ]);
});

test("a long text is cut to what stands around its error, a text without one to its end", () => {
  const noise = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const [, , , , ...around] = describeFailures([failed("a", [...noise, "error: it", ...noise])]);
  expect(around.slice(0, 25)).toEqual([
    ...noise.slice(-4),
    "error: it",
    ...noise.slice(0, 20),
  ].map((line) => `  ${line}`));
  expect(around[25]).toBe("");
  const [, , , , ...end] = describeFailures([failed("a", noise)]);
  expect(end.slice(0, 26)).toEqual([...noise.slice(-25).map((line) => `  ${line}`), ""]);
  expect(describeFailures([failed("a", ["x".repeat(5000)])])[4]).toHaveLength(2 + 240 + 1);
});

test("many failures share the lines, and no more than twenty are shown", () => {
  const text = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const all = Array.from({ length: 300 }, (_, index) => failed(`test ${index}`, text));
  const lines = describeFailures(all);
  expect(lines.length).toBeLessThan(170);
  expect(lines.slice(-2)).toEqual([
    "unit: test/a.test.ts: test 19",
    "and 280 more, which the output above has",
  ]);
  expect(lines.filter((line) => line === "unit: test/a.test.ts: test 3")).toHaveLength(2);
});
