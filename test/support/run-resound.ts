import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { forgetProcess, noteProcess } from "./leftovers.ts";
import { PATIENCE } from "./patience.ts";
import { ProcessOutput } from "./process-output.ts";
import { denoFolder, serverCommand, serverTarget } from "./server-target.ts";
import { temporaryDirectory } from "./start-server.ts";

/** Where and with what a run takes place; nothing is configured unless it is given here. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What stands before the arguments, instead of the target's own command. */
  readonly command?: readonly string[];
  /** Files in the working directory, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Called with what the process writes, right after its start. */
  readonly follow?: (output: ProcessOutput) => void;
}

/** A process that has ended by itself. */
export interface FinishedRun {
  readonly code: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Runs resound with exactly these arguments, in a fresh folder, until it ends. Rejects when it does not in time. */
export async function runResound(args: readonly string[], options: RunOptions = {}): Promise<FinishedRun> {
  const directory = folderWith(options.files ?? {});
  const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
  const child = Bun.spawn([...(options.command ?? serverCommand(serverTarget())), ...args], {
    cwd: directory,
    env: { PATH, HOME, TMPDIR, ...denoFolder(), ...options.env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  const output = new ProcessOutput(child.stdout, child.stderr);
  options.follow?.(output);
  // A command may wait for servers that start one after the other.
  const timer = setTimeout(() => child.kill("SIGKILL"), 2 * PATIENCE);
  const code = await child.exited;
  clearTimeout(timer);
  forgetProcess(child.pid);
  await output.ended;
  if (child.signalCode !== null) {
    throw new Error(`${args.join(" ")} was still running after ${2 * PATIENCE / 1000} s:\n${output.text()}`);
  }
  return { code, stdout: output.stdout, stderr: output.stderr };
}

/** A fresh folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** An environment that configures an application, for runs that fail for another reason. */
export const APPLICATION_ENV: Readonly<Record<string, string>> = {
  REVERB_APP_ID: "app-id",
  REVERB_APP_KEY: "app-key",
  REVERB_APP_SECRET: "app-secret",
};

/** An error line without the time of day before it. */
export function withoutTime(line: string | undefined): string | undefined {
  return line?.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /, "");
}
