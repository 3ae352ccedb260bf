import { expect, test } from "bun:test";
import { readTestRun } from "../../../scripts/test/counts.ts";

const closing = (lines: string): string => `bun test v1.4.5\n\na.test.ts:\n(pass) a\n\n${lines}`;

test("bun's closing lines are counted, todo as skipped", () => {
  const output = closing(
    " 3 pass\n 1 skip\n 1 todo\n 2 fail\n 9 expect() calls\nRan 7 tests across 2 files. [5.00ms]\n",
  );
  expect(readTestRun(output, 1, false)).toEqual({
    counts: { passed: 3, failed: 2, skipped: 2 },
    problems: [],
    skipReasons: [],
  });
});

test("colours and counts that a test prints do not disturb", () => {
  const output = closing(
    "\x1b[0m\x1b[32m 3 pass\x1b[0m\n\x1b[0m\x1b[2m 0 fail\x1b[0m\nRan 3 tests across 1 file. [5ms]",
  );
  const printed = " 100 fail\nRan 1 tests across 1 file. [1ms]\n";
  expect(readTestRun(printed + output, 0, false).counts).toEqual({ passed: 3, failed: 0, skipped: 0 });
});

test("a crash, an empty run and an unexplained exit code are failures", () => {
  expect(readTestRun("(pass) a\nSegmentation fault", 139, false)).toMatchObject({
    counts: { failed: 1 },
    problems: ["bun test ended with code 139 before it had counted its tests"],
  });
  expect(readTestRun(closing(" 0 pass\n 0 fail\nRan 0 tests across 0 files. [1ms]"), 0, false).problems)
    .toEqual(["no test was run"]);
  expect(readTestRun(closing(" 1 pass\n 0 fail\nRan 1 test across 1 file. [1ms]"), 1, false).counts)
    .toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("reasons of skipped tests are collected once, and some are failures in CI", () => {
  const output = "SKIP: Redis: redis-server is not installed\nSKIP: no PHP\nSKIP: no PHP\n" +
    closing(" 1 pass\n 3 skip\n 0 fail\nRan 4 tests across 1 file. [1ms]");
  const here = readTestRun(output, 0, false);
  expect(here.skipReasons).toEqual(["Redis: redis-server is not installed", "no PHP"]);
  expect(here.counts).toEqual({ passed: 1, failed: 0, skipped: 3 });
  expect(readTestRun(output, 0, true)).toMatchObject({
    counts: { passed: 1, failed: 1, skipped: 3 },
    problems: ["skipped in CI: Redis: redis-server is not installed"],
  });
});

test("a test process that crashed beside others is a failure, and so is a file that could not be loaded", () => {
  const parallel = `bun test v1.4.5 (a7733435c) 2x PARALLEL

test/a.test.ts:
SKIP: no PHP
(pass) a [301.08ms]
(skip) b

test/crash.test.ts:
(pass) ok before [0.02ms]
✗ test/crash.test.ts (worker crashed: SIGKILL)

test/exit.test.ts:
✗ test/exit.test.ts (worker crashed: exit code 0)

test/load.test.ts:

# Unhandled error between tests
-------------------------------
error: Cannot find module './missing.ts' from 'test/load.test.ts'
-------------------------------

test/a.test.ts:
(pass) c [300.89ms]

 4 pass
 1 skip
 3 fail
 1 error
 4 expect() calls
Ran 8 tests across 4 files. [850.00ms]
`;
  expect(readTestRun(parallel, 1, false)).toEqual({
    counts: { passed: 4, failed: 3, skipped: 1 },
    problems: [],
    skipReasons: ["no PHP"],
  });
  // The process that hands the files out has crashed itself.
  const cut = parallel.slice(0, parallel.indexOf(" 4 pass"));
  expect(readTestRun(cut, 137, false).counts.failed).toBe(1);
});
