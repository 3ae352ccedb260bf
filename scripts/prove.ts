import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ProveCommand, proveCommand } from "./prove/command-line.ts";
import type { FaultKind } from "./prove/history/entry.ts";
import { type History, readHistory, writeHistory } from "./prove/history/history.ts";
import { proveMutants } from "./prove/mutants/prove-mutants.ts";
import type { ProveContender } from "./prove/nodes/contender.ts";
import { prepareContender } from "./prove/nodes/contenders.ts";
import { NODE_FAULTS } from "./prove/workload/faults.ts";
import { runPlan } from "./prove/nodes/run-plan.ts";
import { shrink } from "./prove/report/shrink.ts";
import { reportOf, type Verdict, verdictOn } from "./prove/report/verdict.ts";
import { compareScale, proveScale } from "./prove/scale/prove-scale.ts";
import { proveSimulated } from "./prove/simulation/prove-simulated.ts";
import { makePlan } from "./prove/workload/make-plan.ts";
import type { Plan } from "./prove/workload/plan.ts";

/** Milliseconds for which a plan that fails is made smaller at most. */
const SHRINKS_FOR = 600_000;

/** Runs what the command line asks for. Throws, in words for the operator, when that is not possible. */
async function prove(command: ProveCommand): Promise<void> {
  if (command.history !== undefined) {
    const history = readHistory(await Bun.file(command.history).text());
    return conclude(say(history, verdictOn(history)));
  }
  if (command.mutants) return conclude(await proveMutants(1, console.log));
  if (command.scale) {
    await proveScale(command, console.log);
    await compareScale(command, console.log);
    return conclude(true);
  }
  if (command.simulate) return conclude(await proveSimulated(command.seed, command.seeds ?? 1, console.log));
  const prepared = await prepareContender(
    command.against,
    command.before,
    command.before !== undefined || (command.faults?.includes("upgrade") ?? command.plan === undefined),
    command.reverb,
  );
  if (prepared.kind === "unavailable") {
    console.log(`${prepared.name} cannot be had here: ${prepared.reason}`);
    return conclude(false);
  }
  const { contender } = prepared, faults = faultsFor(contender, command);
  console.log(`${contender.name}; faults: ${faults.join(", ")}`);
  for (const [kind, reason] of contender.without) console.log(`without ${kind}: ${reason}`);
  const plans = command.plan === undefined ? plansOf(command, faults) : [await readPlan(command.plan)];
  let done = 0, failed = 0;
  for (const plan of plans) {
    const isClean = await one(plan, contender, command);
    done++;
    if (!isClean) failed++;
  }
  console.log(failed === 0 ? `${done} seeds, all clean` : `${failed} of ${done} seeds failed`);
  conclude(failed === 0);
}

/** Runs one plan, says what came of it, and keeps the history of a failure. */
async function one(plan: Plan, contender: ProveContender, command: ProveCommand): Promise<boolean> {
  console.log(`seed ${plan.seed}`);
  const history = await runPlan(plan, contender), verdict = verdictOn(history);
  say(history, verdict);
  if (verdict.isClean) return true;
  keep(plan, history, command.out, "");
  if (command.shrink) await smaller(plan, verdict, contender, command);
  return false;
}

async function smaller(
  plan: Plan,
  { violations }: Verdict,
  contender: ProveContender,
  command: ProveCommand,
): Promise<void> {
  const broken = [...violations].filter(([, found]) => found.length > 0).map(([name]) => name);
  const deadline = performance.now() + SHRINKS_FOR;
  let last: History | undefined;
  const least = await shrink(plan, async (candidate) => {
    const history = await runPlan(candidate, contender), verdict = verdictOn(history);
    const fails = broken.some((name) => (verdict.violations.get(name)?.length ?? 0) > 0);
    console.log(`  ${candidate.steps.length} steps: ${fails ? "still fails" : "clean"}`);
    if (fails) last = history;
    return fails;
  }, () => performance.now() < deadline);
  if (last === undefined) return console.log("  no smaller plan fails");
  say(last, verdictOn(last));
  keep(least, last, command.out, "-small");
}

function say(history: History, verdict: Verdict): boolean {
  for (const line of reportOf(history, verdict)) console.log(line);
  return verdict.isClean;
}

function keep(plan: Plan, history: History, out: string | undefined, suffix: string): void {
  const folder = resolve(out ?? join(tmpdir(), "resound-prove"));
  mkdirSync(folder, { recursive: true });
  const [planFile, historyFile] = [`plan-${plan.seed}${suffix}.json`, `history-${plan.seed}${suffix}.jsonl`]
    .map((name) => join(folder, name)) as [string, string];
  writeFileSync(planFile, `${JSON.stringify(plan, null, 1)}\n`);
  writeFileSync(historyFile, writeHistory(history));
  console.log(`  the plan is in ${planFile}, the whole history in ${historyFile}`);
}

function* plansOf({ seed, seeds, minutes }: ProveCommand, faults: readonly FaultKind[]): Iterable<Plan> {
  const deadline = minutes === undefined ? Infinity : performance.now() + minutes * 60_000;
  for (let done = 0; done < (seeds ?? Infinity) && performance.now() < deadline; done++) {
    yield makePlan({ seed: seed + done, faults });
  }
}

function faultsFor({ without, name }: ProveContender, { faults }: ProveCommand): readonly FaultKind[] {
  if (faults === undefined) return NODE_FAULTS.filter((kind) => !without.has(kind));
  return faults.map((kind) => {
    const known = NODE_FAULTS.find((each) => each === kind);
    if (known === undefined) {
      throw new Error(`There is no fault ${kind}; there are ${NODE_FAULTS.join(", ")}`);
    }
    const reason = without.get(known);
    if (reason !== undefined) throw new Error(`${name} cannot be tried with ${kind}: ${reason}`);
    return known;
  });
}

async function readPlan(file: string): Promise<Plan> {
  try {
    return await Bun.file(file).json() as Plan;
  } catch (error) {
    throw new Error(
      `The plan ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function conclude(isClean: boolean): void {
  process.exitCode = isClean ? 0 : 1;
}

if (import.meta.main) {
  // What a run has started ends with this process (test/support/leftovers.ts), which a signal alone would not have it do.
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    process.once(signal, () => process.exit(code));
  }
  try {
    await proveCommand(() => Date.now(), prove).parseAsync();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
  process.exit();
}
