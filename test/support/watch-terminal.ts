import { forgetProcess, noteProcess } from "./leftovers.ts";
import { ProcessOutput } from "./process-output.ts";
import { serverCommand, serverTarget } from "./server-target.ts";
import type { RunningServer } from "./start-server.ts";

/** A `resound watch` that runs until a test ends it. */
export interface WatchTerminal extends AsyncDisposable {
  readonly output: ProcessOutput;
  /** The exit code. */
  readonly exited: Promise<number>;
  /** Sends a signal. */
  kill(signal: NodeJS.Signals): void;
}

/** Starts `resound watch` for a server and resolves when it follows it. */
export async function watchServer(
  server: RunningServer,
  args: readonly string[] = [],
): Promise<WatchTerminal> {
  const { PATH, HOME, TMPDIR } = process.env;
  const command = [...serverCommand(serverTarget()), "watch", "--laravel", server.directory, ...args];
  const child = Bun.spawn(command, {
    env: { PATH, HOME, TMPDIR },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  void child.exited.then(() => forgetProcess(child.pid));
  const output = new ProcessOutput(child.stdout, child.stderr);
  await output.waitFor("Watching the server");
  return {
    output,
    exited: child.exited,
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
