import { forgetProcess, noteProcess } from "../support/leftovers.ts";
import { ProcessOutput } from "../support/process-output.ts";

/** A program that a test has started. */
export interface StartedProgram {
  readonly output: ProcessOutput;
  /** Ends it, unless it has ended. */
  end(): Promise<void>;
}

/** Starts a program with nothing but these variables and PATH in its environment. */
export function startProgram(command: string[], env: Readonly<Record<string, string>>): StartedProgram {
  const { PATH = "" } = process.env;
  const child = Bun.spawn(command, {
    env: { PATH, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  return {
    output: new ProcessOutput(child.stdout, child.stderr),
    async end() {
      child.kill();
      await child.exited;
      forgetProcess(child.pid);
    },
  };
}
