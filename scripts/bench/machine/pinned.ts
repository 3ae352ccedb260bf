import { availableParallelism } from "node:os";

/** The processor of the server under test; processors are written as `taskset -c` reads them. */
export const SERVER_CORE = "0";
/** The processor of the load client, and of everything else that the benchmark runs. */
export const CLIENT_CORE = "1";
/** The two processors of servers with workers; where there are no more, the second is also that of the load client. */
export const WORKER_CORES: string = availableParallelism() > 2 ? "0,2" : "0,1";

/** Whether processes can be bound to processors here: `taskset` is there, and two processors. */
export const CAN_PIN: boolean = Bun.which("taskset") !== null && availableParallelism() > 1;

/** The command bound to processors, where that can be done; else as it is. */
export function pinned(processors: string, command: readonly string[]): string[] {
  return CAN_PIN ? ["taskset", "-c", processors, ...command] : [...command];
}

/** Binds a process that runs already, with all of its threads, where that can be done. */
export function pin(pid: number, processor: string): void {
  if (CAN_PIN) Bun.spawnSync(["taskset", "-a", "-c", "-p", processor, String(pid)]);
}
