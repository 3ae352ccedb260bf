import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { BridgePlace } from "../../bridge/bridge-place.ts";
import { parseReport, type WorkerOrder } from "./worker-message.ts";
import type { SpawnWorker } from "./worker-process.ts";

/**
 * Starts workers as processes: the command, then the arguments for each, in a folder that may be a link to the newest release. Their output goes where the output of this process goes.
 * Those that meet on a bridge are sent its place first. Orders and reports go over a link that ends with this process, so that no worker outlives it.
 */
export function workerSpawner(
  [program, ...first]: readonly [string, ...string[]],
  args: (number: number) => readonly string[],
  place: BridgePlace | undefined,
  folder: string,
): SpawnWorker {
  return (number, events) => {
    const child = spawn(program, [...first, ...args(number)], {
      // That of a release which was removed is as good as any other.
      ...existsSync(folder) ? { cwd: folder } : {},
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const { pid } = child;
    // Without a process there is an error event as well, which adds nothing to the error below.
    child.on("error", () => {});
    if (pid === undefined) throw new Error(`the system starts no process for ${program}`);
    child.on("message", (message: unknown) => {
      const report = parseReport(message);
      if (report !== undefined) events.report(report);
    });
    child.once("exit", (code, signal) => {
      events.ended({ code: code ?? undefined, signal: signal ?? undefined });
    });
    const send = (order: WorkerOrder): void => {
      if (child.connected) child.send(order, () => {});
    };
    if (place !== undefined) send({ type: "join", place });
    return {
      ...{ pid, send },
      kill: () => void child.kill("SIGKILL"),
    };
  };
}
