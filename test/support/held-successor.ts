import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { childrenOf } from "./children-of.ts";
import { eventually } from "./eventually.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";

/** A server whose next process stops (SIGSTOP) before it has done anything: it starts no sooner than a test says. */
export interface HoldingServer extends RunningServer {
  /** Resolves with the next process once it has stopped. */
  held(): Promise<number>;
  /** From now on processes start as usual. */
  goOn(): void;
}

/** Starts such a server, on Bun from the sources. */
export async function startHolding(options: ServerOptions = {}): Promise<HoldingServer> {
  const server = await startServer({
    ...options,
    files: { hold: "", ...options.files },
    env: { BUN_OPTIONS: `--preload=${join(import.meta.dir, "stop-at-start.ts")}`, ...options.env },
  });
  return {
    ...server,
    async held() {
      return (await eventually(() => childrenOf(server.pid).find(isStopped)))!;
    },
    goOn: () => rmSync(join(server.directory, "hold")),
  };
}

/** Whether a process of Linux stands still because of a signal. */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
