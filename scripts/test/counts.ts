/** The result of a step. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The result of one `bun test` run, with a reason for what the counts alone do not explain. */
export interface TestRun {
  readonly counts: Counts;
  /** Why it failed although no test did: it crashed, it ran nothing, a skip that CI does not accept. */
  readonly problems: readonly string[];
  /** The reasons that tests gave for being skipped, each once. */
  readonly skipReasons: readonly string[];
}

/** Tests that need these may be skipped on a developer's machine, never in CI. */
const NEVER_SKIPPED_IN_CI = /\b(redis|deno|binary)\b/i;

/**
 * Reads the output of a `bun test` run: its closing lines (` 12 pass`, ` 1 fail` … `Ran 13 tests across 2 files.`), which unlike
 * its JUnit report also count files that could not be loaded, and the `SKIP: reason` lines of the tests.
 */
export function readTestRun(output: string, exitCode: number, inCi: boolean): TestRun {
  // deno-lint-ignore no-control-regex
  const lines = output.replace(/\x1b\[[0-9;]*m/g, "").split(/\r?\n/);
  const end = lines.findLastIndex((line) => /^Ran \d+ tests? across \d+ files?\./.test(line));
  const count = (word: string): number => {
    // The closing lines stand together; a blank line is above them.
    for (let at = end - 1; at >= 0 && lines[at]?.startsWith(" "); at--) {
      const number = new RegExp(`^ (\\d+) ${word}$`).exec(lines[at] ?? "")?.[1];
      if (number !== undefined) return Number(number);
    }
    return 0;
  };
  const passed = count("pass");
  const failed = count("fail");
  const skipped = count("skip") + count("todo");
  const skipReasons = [...new Set(lines.flatMap((line) => /^SKIP: (.+)$/.exec(line)?.[1] ?? []))];

  const problems: string[] = [];
  if (end < 0) problems.push(`bun test ended with code ${exitCode} before it had counted its tests`);
  else if (passed + failed + skipped === 0) problems.push("no test was run");
  else if (exitCode !== 0 && failed === 0) problems.push(`bun test ended with code ${exitCode}`);
  if (inCi) {
    problems.push(
      ...skipReasons.filter((reason) => NEVER_SKIPPED_IN_CI.test(reason))
        .map((reason) => `skipped in CI: ${reason}`),
    );
  }
  return { counts: { passed, failed: failed + problems.length, skipped }, problems, skipReasons };
}

/** Adds counts up. */
export function sum(all: readonly Counts[]): Counts {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}

/** `12 passed, 0 failed, 1 skipped`. */
export function describeCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
