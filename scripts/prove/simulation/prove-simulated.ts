import { availableParallelism } from "node:os";
import { join } from "node:path";
import { shrink } from "../report/shrink.ts";
import type { Plan } from "../workload/plan.ts";
import { simulatedPlan, wrongIn } from "./simulate-seeds.ts";
import { type Simulated, simulateInTask } from "./simulate.ts";
import { tellStory } from "./tell-story.ts";

/** Failing seeds that are shrunk and told; of more only the numbers are. */
const TOLD = 3;

/** A seed that has failed, and the checkers that say so. */
interface FailedSeed {
  readonly seed: number;
  readonly wrong: readonly string[];
}

/**
 * Simulates seeds on all cores and says what has come of it. A seed that fails is made as short as it goes and told as a story. Resolves
 * with whether all were clean.
 */
export async function proveSimulated(
  first: number,
  count: number,
  say: (line: string) => void,
): Promise<boolean> {
  const begun = performance.now(), lanes = Math.min(availableParallelism(), count);
  const failed = (await Promise.all(
    Array.from(
      { length: lanes },
      (_, lane) => runLane(first + lane, Math.ceil((count - lane) / lanes), lanes),
    ),
  )).flat();
  const seconds = (performance.now() - begun) / 1000;
  say(
    `${count} simulated seeds from ${first} on, in ${seconds.toFixed(1)} s (${
      Math.round(count / seconds * 60)
    } a minute)`,
  );
  for (const { seed, wrong } of failed) say(`  seed ${seed} FAILS: ${wrong.join(", ")}`);
  for (const { seed } of failed.slice(0, TOLD)) {
    for (const line of await shortest(simulatedPlan(seed))) say(line);
  }
  say(failed.length === 0 ? "all clean" : `${failed.length} of ${count} simulated seeds failed`);
  return failed.length === 0;
}

async function runLane(first: number, count: number, stride: number): Promise<readonly FailedSeed[]> {
  const script = join(import.meta.dir, "run-seeds.ts");
  const child = Bun.spawn([process.execPath, script, ...[first, count, stride].map(String)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  if (code !== 0) throw new Error(`The simulation of the seeds from ${first} on has ended with ${code}`);
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as FailedSeed);
}

/** The story of a failing plan, without the steps that it fails without as well. */
async function shortest(plan: Plan): Promise<readonly string[]> {
  let best: { readonly plan: Plan; readonly run: Simulated } = { plan, run: await simulateInTask(plan) };
  const kinds = wrongIn(best.run);
  await shrink(plan, async (candidate) => {
    const run = await simulateInTask(candidate), fails = [...wrongIn(run)].some((kind) => kinds.has(kind));
    if (fails) best = { plan: candidate, run };
    return fails;
  });
  return tellStory(best);
}
