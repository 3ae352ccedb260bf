import { availableParallelism } from "node:os";

/** The command bound to one processor, where `taskset` is there and the machine has that processor; else as it is. */
export function pinned(processor: number, command: readonly string[]): string[] {
  const canPin = Bun.which("taskset") !== null && availableParallelism() > processor;
  return canPin ? ["taskset", "-c", String(processor), ...command] : [...command];
}
