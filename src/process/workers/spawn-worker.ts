import { spawn } from "node:child_process";
import { parseReport } from "./worker-message.ts";
import type { SpawnWorker } from "./worker-process.ts";

/**
 * Starts workers as processes: the command, then what `args` says for each. They write where this process writes; orders and
 * reports go over a link that ends with this process, so that no worker outlives it.
 */
export function workerSpawner(
  [program, ...first]: readonly [string, ...string[]],
  args: (number: number) => readonly string[],
): SpawnWorker {
  return (number, events) => {
    const child = spawn(program, [...first, ...args(number)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const { pid } = child;
    // Without a process there is an error event instead, which says nothing that an operator could use beyond this.
    child.on("error", () => {});
    if (pid === undefined) throw new Error(`the system starts no process of ${program}`);
    child.on("message", (message: unknown) => {
      const report = parseReport(message);
      if (report !== undefined) events.report(report);
    });
    child.once("exit", (code, signal) => {
      events.ended({ code: code ?? undefined, signal: signal ?? undefined });
    });
    return {
      pid,
      send(order) {
        if (child.connected) child.send(order, () => {});
      },
      kill: () => void child.kill("SIGKILL"),
    };
  };
}
