import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forgetProcess, noteDirectory, noteProcess } from "../../../test/support/leftovers.ts";
import { Peer } from "../load/peer.ts";
import { Tally } from "../load/tally.ts";
import type { Target } from "../load/target.ts";
import { pinned, SERVER_CORE } from "../machine/pinned.ts";
import type { Contender } from "./contender.ts";
import { telling } from "./telling.ts";

/** Milliseconds until which a server must have greeted its first client. */
const PATIENCE = 20_000;

/** A command line, and the server that it becomes. */
export interface ServerCommand {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly target: Target;
  /** Where it may run; on the processor for servers alone by default. */
  readonly processors?: string;
}

let folder: string | undefined;

/** A folder for the files of this run, which is removed at its end. */
export function scratchFolder(): string {
  if (folder === undefined) noteDirectory(folder = mkdtempSync(join(tmpdir(), "resound-bench-")));
  return folder;
}

/** Starts a server on the processor for servers and resolves when it has greeted a client. */
export async function startProcess(
  { command, cwd = "/", env = {}, target, processors = SERVER_CORE }: ServerCommand,
): Promise<Contender> {
  const log = join(scratchFolder(), `${target.port}.log`);
  const startedAt = performance.now();
  const child = Bun.spawn(pinned(processors, command), {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/", ...env },
    stdio: ["ignore", Bun.file(log), Bun.file(`${log}.errors`)],
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  const said = (): string => [log, `${log}.errors`].map((file) => readFileSync(file, "utf8")).join("").trim();
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
    forgetProcess(child.pid);
  };
  while (!await greets(target)) {
    const waited = performance.now() - startedAt;
    if (child.exitCode !== null || waited > PATIENCE) {
      await stop();
      const how = child.exitCode === null
        ? `greets no client within ${PATIENCE} ms`
        : `has ended with ${child.exitCode}`;
      throw new Error(`${command.slice(0, 3).join(" ")} … ${how}: ${telling(said())}`);
    }
    await Bun.sleep(0.5);
  }
  return { pid: child.pid, target, startedWithin: performance.now() - startedAt, stop };
}

async function greets(target: Target): Promise<boolean> {
  const peer = new Peer(target, new Tally(), "first");
  try {
    await peer.connect();
  } catch {
    // Not yet.
    return false;
  }
  await peer.close();
  return true;
}
