import { forgetProcess, noteProcess } from "../../../test/support/leftovers.ts";
import { ProcessOutput } from "../../../test/support/process-output.ts";
import type { ProveNode } from "./contender.ts";

/** Milliseconds until which a server must answer. */
const PATIENCE = 60_000;

/** How to start a server that is no Resound. */
export interface ChildCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port: number;
  /** A path that it answers when it is up, with any status below 500. */
  readonly path: string;
}

/** Starts a server of one process and resolves when it answers. Throws, with its output, when it does not. */
export async function startChild({ command, cwd, env = {}, port, path }: ChildCommand): Promise<ProveNode> {
  const { PATH = "", HOME = "/" } = process.env;
  const child = Bun.spawn([...command], {
    cwd,
    env: { PATH, HOME, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  void child.exited.then(() => forgetProcess(child.pid));
  const output = new ProcessOutput(child.stdout, child.stderr), deadline = performance.now() + PATIENCE;
  const answers = async (): Promise<boolean> => {
    try {
      return (await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1000) })).status <
        500;
    } catch {
      // It does not listen yet, or does not answer.
      return false;
    }
  };
  while (!await answers()) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(
        `${command.slice(0, 3).join(" ")} … does not come up (exit code ${child.exitCode}): ${output.text()}`,
      );
    }
    await Bun.sleep(20);
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await child.exited;
    clearTimeout(timer);
  };
  return {
    port,
    isHealed: answers,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    disturbances: () => Promise.resolve(0),
    losses: () => Promise.resolve({ counted: 0, logged: 0, log: output.lines }),
  };
}
