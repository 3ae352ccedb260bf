import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Counts, describeCounts, readTestRun, sum } from "./test/counts.ts";
import { describeFailures, type Failure, failureOfStep, readFailures } from "./test/failures.ts";
import { runCommand } from "./test/run-command.ts";
import { runInLanes } from "./test/run-in-lanes.ts";
import { GATE_WORD, selectSteps } from "./test/select-steps.ts";
import { pendingReason, type Step, steps } from "./test/steps.ts";

/** What is said about a step at the end of the run. */
interface Outcome {
  readonly step: Step;
  readonly counts: Counts;
  readonly seconds: number;
  readonly problems: readonly string[];
  readonly skipReasons: readonly string[];
  readonly failures: readonly Failure[];
}

const PASSED: Counts = { passed: 1, failed: 0, skipped: 0 };
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 };
const SKIPPED: Counts = { passed: 0, failed: 0, skipped: 1 };

/** Runs the steps that the arguments name, all of them without arguments, and returns the process's exit code. */
async function main(args: readonly string[]): Promise<number> {
  const all = steps(process.execPath);
  if (args.includes("--list")) {
    for (const { name, title } of all) console.log(`${name.padEnd(16)}${title}`);
    const gate = all.filter((step) => step.gate === true).map(({ name }) => name);
    console.log(`${GATE_WORD.padEnd(16)}the gate before every commit: ${gate.join(", ")}`);
    return 0;
  }
  const selection = selectSteps(all, args);
  // A test process that crashes leaves its temporary folders behind; they end with the run that they are in.
  const folder = mkdtempSync(join(tmpdir(), "resound-run-"));
  // Servers that run as another user have their folders in there too.
  chmodSync(folder, 0o755);
  try {
    const outcomes = await runInLanes<Step, Outcome>(
      selection.steps,
      availableParallelism(),
      (step, done, write) => outcomeOf(step, done, { TMPDIR: folder }, selection.testArguments, write),
      (text) => void process.stdout.write(text),
    );
    return report(outcomes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(
  step: Step,
  done: readonly Outcome[],
  env: Readonly<Record<string, string>>,
  testArguments: readonly string[],
  write: (text: string) => void,
): Promise<Outcome> {
  write(`\n=== ${step.name}: ${step.title}\n`);
  const needed = done.find((outcome) => outcome.step.name === step.needs);
  const started = performance.now();
  const outcome = needed !== undefined && needed.counts.failed > 0
    ? { counts: FAILED, problems: [`not run: ${needed.step.name} has failed`] }
    : await runStep({ ...step, env: { ...env, ...step.env } }, testArguments, write);
  const seconds = (performance.now() - started) / 1000;
  const failures = (outcome.problems ?? []).map((problem) => failureOfStep(step.name, problem));
  return { step, seconds, problems: [], skipReasons: [], failures, ...outcome };
}

async function runStep(
  step: Step,
  testArguments: readonly string[],
  write: (text: string) => void,
): Promise<Pick<Outcome, "counts"> & Partial<Outcome>> {
  const reason = pendingReason(step);
  if (reason !== undefined) {
    write(`skipped: ${reason}\n`);
    return { counts: SKIPPED, skipReasons: [reason] };
  }
  try {
    if (step.kind === "check") {
      const { exitCode, output } = await runCommand(step.command, step.env, write);
      if (exitCode === 0) return { counts: PASSED };
      const problem = `ended with code ${exitCode}`;
      return { counts: FAILED, problems: [problem], failures: [failureOfStep(step.name, problem, output)] };
    }
    const files = testArguments.map((arg) => existsSync(arg) ? `./${arg.replace(/^\.\//, "")}` : arg);
    const folders = files.some((file) => file.startsWith("./"))
      ? []
      : (step.folders ?? []).filter((folder) => existsSync(folder)).map((folder) => `./${folder}`);
    const { exitCode, output } = await runCommand([...step.command, ...folders, ...files], step.env, write);
    const run = readTestRun(output, exitCode, process.env.CI === "true");
    const tests = readFailures(step.name, output);
    const others = run.problems.map((problem) =>
      failureOfStep(step.name, problem, tests.length === 0 ? output : undefined)
    );
    return { ...run, failures: [...tests, ...others] };
  } catch (error) {
    return { counts: FAILED, problems: [`could not be started: ${error}`] };
  }
}

function report(outcomes: readonly Outcome[]): number {
  console.log("\n=== summary");
  for (const { step, counts, seconds, problems, skipReasons } of outcomes) {
    console.log(`${step.name.padEnd(16)}${describeCounts(counts)}  (${seconds.toFixed(1)} s)`);
    for (const problem of problems) console.log(`${" ".repeat(16)}failed: ${problem}`);
    for (const reason of skipReasons) console.log(`${" ".repeat(16)}skipped: ${reason}`);
  }
  for (const line of describeFailures(outcomes.flatMap(({ failures }) => failures))) console.log(line);
  const total = sum(outcomes.map(({ counts }) => counts));
  // The last line is read by machines as well.
  console.log(`\n${describeCounts(total)}`);
  return total.failed === 0 ? 0 : 1;
}

if (import.meta.main) {
  process.chdir(dirname(import.meta.dir));
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
