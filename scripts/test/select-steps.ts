import type { Step } from "./steps.ts";

/** What to run, and what `bun test` gets besides. */
export interface Selection {
  readonly steps: readonly Step[];
  /** Test files and flags that were typed behind the steps' names; they replace the steps' folders when they name a file. */
  readonly testArguments: readonly string[];
}

/**
 * Reads the arguments of `bun run test`: names of steps (`feature` means all three `feature:…`), then arguments for `bun test`.
 * A step that another one needs comes along. Throws when a name is unknown or test arguments stand without a tests step.
 */
export function selectSteps(all: readonly Step[], args: readonly string[]): Selection {
  const isName = (arg: string): boolean => all.some(({ name }) => name === arg || name.startsWith(`${arg}:`));
  const firstOther = args.findIndex((arg) => !isName(arg));
  const names = firstOther < 0 ? args : args.slice(0, firstOther);
  const testArguments = firstOther < 0 ? [] : args.slice(firstOther);
  const [other] = testArguments;
  if (other !== undefined && !/^-|[/.]/.test(other)) {
    throw new Error(`Unknown step "${other}"; there are: ${all.map(({ name }) => name).join(", ")}`);
  }
  const named = all.filter(({ name }) => names.some((word) => name === word || name.startsWith(`${word}:`)));
  if (other !== undefined && !named.some(({ kind }) => kind === "tests")) {
    throw new Error(`Name the step that ${other} is for: bun run test unit ${other}`);
  }
  if (names.length === 0) return { steps: all, testArguments };
  const needed = new Set(named.map(({ needs }) => needs));
  return { steps: all.filter((step) => named.includes(step) || needed.has(step.name)), testArguments };
}
