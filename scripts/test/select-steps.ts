import { existsSync } from "node:fs";
import type { Step } from "./steps.ts";

/** What to run, and what `bun test` gets besides. */
export interface Selection {
  readonly steps: readonly Step[];
  /** Test files and flags that were typed behind the steps' names; they replace the steps' folders when they name a file. */
  readonly testArguments: readonly string[];
}

/** The word for all steps of the gate: `bun run check` is `bun run test check`. */
export const GATE_WORD = "check";

/** Flags of `bun test` whose value is the next argument, which is therefore no path. */
const FLAGS_WITH_VALUE: ReadonlySet<string> = new Set([
  ...["-t", "--test-name-pattern", "--timeout", "--rerun-each", "--retry", "--seed", "--shard", "--timings"],
  ...["--reporter", "--reporter-outfile", "--coverage-reporter", "--coverage-dir", "--max-concurrency"],
  ...["--parallel-delay", "--path-ignore-patterns", "--preload", "-r"],
]);

/**
 * Reads the arguments of `bun run test`: names of steps (`feature` means all three `feature:…`, `check` the steps of the gate),
 * then arguments for `bun test`. A step that another one needs comes along. Throws when a name is unknown, when test arguments
 * stand without a tests step, and when a path does not exist: `bun test` would take it for a filter and run the whole step.
 *
 * @param exists says whether a path names a file or a folder
 */
export function selectSteps(
  all: readonly Step[],
  args: readonly string[],
  exists: (path: string) => boolean = existsSync,
): Selection {
  const isName = (arg: string): boolean => arg === GATE_WORD || all.some((step) => isCalled(step, arg));
  const firstOther = args.findIndex((arg) => !isName(arg));
  const names = firstOther < 0 ? args : args.slice(0, firstOther);
  const testArguments = firstOther < 0 ? [] : args.slice(firstOther);
  const [other] = testArguments;
  if (other !== undefined && !/^-|[/.]/.test(other)) {
    throw new Error(`Unknown step "${other}"; there are: ${all.map(({ name }) => name).join(", ")}`);
  }
  const named = all.filter((step) => names.some((word) => isCalled(step, word)));
  if (other !== undefined && !named.some(({ kind }) => kind === "tests")) {
    throw new Error(`Name the step that ${other} is for: bun run test unit ${other}`);
  }
  const missing = testArguments.find((arg, index) => isPath(arg, testArguments[index - 1]) && !exists(arg));
  if (missing !== undefined) throw new Error(`There is no file or folder ${missing}`);
  if (names.length === 0) return { steps: all, testArguments };
  const needed = new Set(named.map(({ needs }) => needs));
  return { steps: all.filter((step) => named.includes(step) || needed.has(step.name)), testArguments };
}

function isCalled(step: Step, word: string): boolean {
  return step.name === word || step.name.startsWith(`${word}:`) || (word === GATE_WORD && step.gate === true);
}

function isPath(arg: string, before: string | undefined): boolean {
  return !arg.startsWith("-") && !FLAGS_WITH_VALUE.has(before ?? "");
}
