/** One thing that failed in a step. */
export interface Failure {
  /** The step's name, as one types it. */
  readonly step: string;
  /** The test file, where it is known. */
  readonly file?: string;
  /** The test's title, or what failed besides tests. */
  readonly title: string;
  /** What was written about it: the error with its lines of code, and what the test printed before it. */
  readonly text: readonly string[];
}

/** How many failures the end of a run shows, and how many lines of each. */
const MOST_FAILURES = 20, MOST_LINES = 25;

/** All of them together stay within these lines, so that the end of a log that was cut holds them. */
const ALL_LINES = 100, FEWEST_LINES = 5;

/** A line of a minified file would fill the log alone. */
const LONGEST_LINE = 240;

const HEADER = /^(\S+\.test\.tsx?):$/;
const RESULT = /^\((pass|fail|skip|todo)\) (.*?)(?: \[\d+(?:\.\d+)?m?s\])?$/;
const CRASH = /^✗ (\S+) \((.+)\)$/;
/** bun names at its end once more what was skipped and what failed. */
const REPEATED = /^\d+ tests? (?:skipped|failed|todo):$/;
/** A file that cannot be loaded, and what is thrown while no test runs. */
const BETWEEN_TESTS = "# Unhandled error between tests", RULE = /^-{20,}$/;

/**
 * Reads from the output of `bun test` which tests failed: what was written since the last result belongs to the next one, and to
 * the file whose name stands above it. A process that crashed and a file that could not be loaded are failures too.
 */
export function readFailures(step: string, output: string): Failure[] {
  const failures: Failure[] = [];
  let file: string | undefined, pending: string[] = [], isRepeated = false;
  const lines = withoutColours(output).split(/\r?\n/);
  const add = (title: string, text: readonly string[]): void => {
    if (!isRepeated) {
      failures.push({ step, ...(file === undefined ? {} : { file }), title, text: trimmed(text) });
    }
    pending = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const header = HEADER.exec(line)?.[1], result = RESULT.exec(line), crash = CRASH.exec(line);
    if (header !== undefined) {
      file = header;
      pending = [];
      isRepeated = false;
    } else if (REPEATED.test(line)) isRepeated = true;
    else if (crash !== null) {
      file = crash[1]!;
      add(crash[2]!, pending);
    } else if (line === BETWEEN_TESTS) {
      const begin = lines.findIndex((each, index) => index > at && RULE.test(each));
      const end = lines.findIndex((each, index) => index > begin && RULE.test(each));
      add("outside of its tests", begin < 0 || end < 0 ? [] : lines.slice(begin + 1, end));
      if (end >= 0) at = end;
    } else if (result?.[1] === "fail") {
      // A timeout stands below its test, and so does an error of beforeAll.
      if (lines[at + 1]?.startsWith("  ^ ") === true) pending.push(lines[++at]!);
      else if (trimmed(pending).length === 0) {
        while (at + 1 < lines.length && !endsText(lines[at + 1]!)) pending.push(lines[++at]!);
      }
      add(result[2]!, pending);
    } else if (result !== null) pending = [];
    else pending.push(line);
  }
  return failures;
}

/** A failure of a step that no test explains, with what the step wrote. */
export function failureOfStep(step: string, title: string, output = ""): Failure {
  return { step, title, text: trimmed(withoutColours(output).split(/\r?\n/)) };
}

/**
 * The lines that a run ends with: the text of each failure, and below them all names once more, so that the last lines of a log
 * say what failed even where the texts were cut off.
 */
export function describeFailures(failures: readonly Failure[]): string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, MOST_FAILURES);
  const share = Math.max(FEWEST_LINES, Math.min(MOST_LINES, Math.floor(ALL_LINES / shown.length)));
  const left = failures.length - shown.length;
  return [
    "",
    "=== failures",
    ...shown.flatMap((failure) => ["", nameOf(failure), ...excerpt(failure.text, share)]),
    "",
    "=== failed",
    ...shown.map(nameOf),
    ...(left === 0 ? [] : [`and ${left} more, which the output above has`]),
  ];
}

function nameOf({ step, file, title }: Failure): string {
  return file === undefined ? `${step}: ${title}` : `${step}: ${file}: ${title}`;
}

/** The lines around the error; the end of the text where it has none. */
function excerpt(text: readonly string[], most: number): string[] {
  const error = text.findLastIndex((line) => /^\w*error: /i.test(line));
  // The lines of code above an error count as part of it.
  const begin = error < 0 ? Infinity : Math.max(0, error - Math.min(4, Math.floor(most / 3)));
  const start = Math.max(0, Math.min(text.length - most, begin));
  const lines = text.slice(start, start + most).map((line) =>
    line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)}…`
  );
  return lines.map((line) => `  ${line}`);
}

function endsText(line: string): boolean {
  return line.trim() === "" || HEADER.test(line) || RESULT.test(line) || CRASH.test(line);
}

function trimmed(lines: readonly string[]): string[] {
  const begin = lines.findIndex((line) => line.trim() !== "");
  const end = lines.findLastIndex((line) => line.trim() !== "");
  return begin < 0 ? [] : lines.slice(begin, end + 1);
}

function withoutColours(output: string): string {
  // deno-lint-ignore no-control-regex
  return output.replace(/\x1b\[[0-9;]*m/g, "");
}
