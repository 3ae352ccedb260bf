import { availableParallelism } from "node:os";

/** How many server processes a setting means on this machine: `auto` is one for each processor that this process may use. */
export function workerCount(
  setting: number | "auto",
  processors: () => number = availableParallelism,
): number {
  return setting === "auto" ? Math.max(1, Math.min(256, processors())) : setting;
}
