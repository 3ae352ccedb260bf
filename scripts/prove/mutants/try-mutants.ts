import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Hunted } from "./hunt.ts";
import { type Mutant, MUTANTS } from "./mutants.ts";
import { plant } from "./plant.ts";

/** Seeds that are tried for a mutant at most. */
const MOST_SEEDS = 150;

/** A mutant with what has become of it; `mutant` is absent for the sources as they are. */
export interface TriedMutant {
  readonly mutant: Mutant | undefined;
  readonly hunted: Hunted;
  readonly ms: number;
}

/**
 * Plants each defect in a copy of the repository and simulates seeds until one shows it, on as many cores as there are. The sources as
 * they are go through all of those seeds too: there none may fail. Yields each when it is known.
 */
export async function* tryMutants(
  first: number,
  mutants: readonly Mutant[] = MUTANTS,
): AsyncGenerator<TriedMutant> {
  const folder = mkdtempSync(join(tmpdir(), "resound-mutants-"));
  try {
    const waiting: (Mutant | undefined)[] = [undefined, ...mutants],
      running = new Map<number, Promise<[number, TriedMutant]>>();
    let number = 0;
    while (waiting.length + running.size > 0) {
      while (waiting.length > 0 && running.size < availableParallelism()) {
        const mutant = waiting.shift(), own = number++;
        running.set(own, hunt(join(folder, String(own)), first, mutant).then((tried) => [own, tried]));
      }
      const [own, tried] = await Promise.race(running.values());
      running.delete(own);
      yield tried;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hunt(folder: string, first: number, mutant: Mutant | undefined): Promise<TriedMutant> {
  const begun = performance.now();
  plant(folder, mutant);
  const script = join(folder, "scripts/prove/mutants/hunt.ts");
  const child = Bun.spawn([process.execPath, script, String(first), String(MOST_SEEDS)], {
    cwd: folder,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [text, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const line = text.trim().split("\n").at(-1) ?? "";
  // A defect by which nothing works any more is found too.
  const hunted: Hunted = line.startsWith("{")
    ? JSON.parse(line) as Hunted
    : { plans: 1, says: `the run ends: ${errors.slice(0, 200)}` };
  rmSync(folder, { recursive: true, force: true });
  return { mutant, hunted, ms: performance.now() - begun };
}
