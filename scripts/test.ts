import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { type Counts, describeCounts, readTestRun, sum } from "./test/counts.ts";
import { runCommand } from "./test/run-command.ts";
import { GATE_WORD, selectSteps } from "./test/select-steps.ts";
import { pendingReason, rowsOf, type Step, steps } from "./test/steps.ts";

/** What is said about a step at the end of the run. */
interface Outcome {
  readonly step: Step;
  readonly counts: Counts;
  readonly seconds: number;
  readonly problems: readonly string[];
  readonly skipReasons: readonly string[];
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
  const outcomes: Outcome[] = [];
  for (const row of rowsOf(selection.steps)) {
    outcomes.push(...await runRow(row, outcomes, selection.testArguments));
  }
  return report(outcomes);
}

/** Runs steps at the same time: the first one is seen while it runs, the others as a whole afterwards. */
async function runRow(
  row: readonly Step[],
  done: readonly Outcome[],
  testArguments: readonly string[],
): Promise<readonly Outcome[]> {
  const [first, ...others] = row.map((step, index) => {
    const held: string[] = [];
    const write = (text: string): void => {
      if (index === 0) process.stdout.write(text);
      else held.push(text);
    };
    return { outcome: outcomeOf(step, done, testArguments, write), held };
  });
  const outcomes = [await first!.outcome];
  for (const { outcome, held } of others) {
    outcomes.push(await outcome);
    process.stdout.write(held.join(""));
  }
  return outcomes;
}

async function outcomeOf(
  step: Step,
  done: readonly Outcome[],
  testArguments: readonly string[],
  write: (text: string) => void,
): Promise<Outcome> {
  write(`\n=== ${step.name}: ${step.title}\n`);
  const needed = done.find((outcome) => outcome.step.name === step.needs);
  const started = performance.now();
  const outcome = needed !== undefined && needed.counts.failed > 0
    ? { counts: FAILED, problems: [`not run: ${needed.step.name} has failed`] }
    : await runStep(step, testArguments, write);
  const seconds = (performance.now() - started) / 1000;
  return { step, seconds, problems: [], skipReasons: [], ...outcome };
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
      const { exitCode } = await runCommand(step.command, step.env, write);
      return exitCode === 0
        ? { counts: PASSED }
        : { counts: FAILED, problems: [`ended with code ${exitCode}`] };
    }
    const files = testArguments.map((arg) => existsSync(arg) ? `./${arg.replace(/^\.\//, "")}` : arg);
    const folders = files.some((file) => file.startsWith("./"))
      ? []
      : (step.folders ?? []).filter((folder) => existsSync(folder)).map((folder) => `./${folder}`);
    const { exitCode, output } = await runCommand([...step.command, ...folders, ...files], step.env, write);
    return readTestRun(output, exitCode, process.env.CI === "true");
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
