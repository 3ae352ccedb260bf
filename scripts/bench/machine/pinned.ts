import { availableParallelism } from "node:os";

/** The processor of the server under test. */
export const SERVER_CORE = 0;
/** The processor of the load client, and of whatever else the benchmark runs. */
export const CLIENT_CORE = 1;

/** Whether processes can be bound to processors here: `taskset` is there, and two processors. */
export const CAN_PIN: boolean = Bun.which("taskset") !== null && availableParallelism() > CLIENT_CORE;

/** The command bound to one processor, where that can be done; else as it is. */
export function pinned(processor: number, command: readonly string[]): string[] {
  return CAN_PIN ? ["taskset", "-c", String(processor), ...command] : [...command];
}

/** Binds a process that runs already, with all of its threads, where that can be done. */
export function pin(pid: number, processor: number): void {
  if (CAN_PIN) Bun.spawnSync(["taskset", "-a", "-c", "-p", String(processor), String(pid)]);
}
