import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { forgetProcess, noteDirectory, noteProcess } from "./leftovers.ts";
import { PATIENCE } from "./patience.ts";
import { ProcessOutput } from "./process-output.ts";
import { denoFolder, serverCommand, type ServerTarget, serverTarget } from "./server-target.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** How to start the server under test; everything has a default. */
export interface ServerOptions {
  /** `RESOUND_TEST_TARGET` unless given. */
  readonly target?: ServerTarget;
  /** The working directory; a fresh temporary one, removed at the end of the run, unless given. */
  readonly directory?: string;
  /** Files written into the working directory first, by relative path: `{ "config/reverb.php": "<?php …" }`. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Environment variables, added to PATH, HOME, TMPDIR and, unless the folder's .env names an application, the three
   * `REVERB_APP_…` variables of TEST_APPLICATION. `undefined` takes a variable away.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Arguments behind `start`; `--host 127.0.0.1` and `--port 0` are added where they do not say otherwise. */
  readonly args?: readonly string[];
  /** The whole command before the arguments, instead of the target's: for tests of this harness and of other commands. */
  readonly command?: readonly string[];
  /** Which line says that the server is up; its first two groups are the scheme and the port. */
  readonly startLine?: RegExp;
  /** How long the server may take to come up, in milliseconds. */
  readonly within?: number;
}

/** A server under test, in a process of its own. */
export interface RunningServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly directory: string;
  readonly pid: number;
  readonly output: ProcessOutput;
  /** The exit code; 128 plus the signal's number when a signal ended the process. */
  readonly exited: Promise<number>;
  /** Sends SIGTERM and resolves with the exit code; kills the process and throws when it has not ended after the given time. */
  stop(milliseconds?: number): Promise<number>;
  /**
   * Sends a signal, SIGKILL unless another is named, and resolves with the exit code. Behind a graceful stop all of the output has been
   * read.
   */
  kill(signal?: NodeJS.Signals): Promise<number>;
}

const START_LINE = /(https?):\/\/127\.0\.0\.1:(\d+)/;

/** Starts a server and resolves when it says that it listens. Throws, with all of its output, when it does not come up. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const directory = options.directory ?? temporaryDirectory();
  writeFiles(directory, options.files ?? {});
  const command = [
    ...(options.command ?? [...serverCommand(options.target ?? serverTarget()), "start"]),
    ...withAddress(options.args ?? []),
  ];
  const child = Bun.spawn(command, {
    cwd: directory,
    env: environment(directory, options.env),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  void child.exited.then(() => forgetProcess(child.pid));
  const output = new ProcessOutput(child.stdout, child.stderr);
  // The exit code is interesting only when the process ends before it has said where it listens.
  const startLine = options.startLine ?? START_LINE;
  const line = await output.waitFor(startLine, options.within ?? PATIENCE).catch(async (error: unknown) => {
    child.kill("SIGKILL");
    throw new Error(
      `The server did not start: ${command.join(" ")}\nexit code ${await child.exited}\n${error}`,
    );
  });
  const [, scheme = "http", port = "0"] = startLine.exec(line) ?? [];
  const server: RunningServer = {
    url: `${scheme}://127.0.0.1:${port}`,
    host: "127.0.0.1",
    port: Number(port),
    directory,
    pid: child.pid,
    output,
    exited: child.exited,
    async stop(milliseconds = PATIENCE) {
      child.kill("SIGTERM");
      const late = new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds).unref());
      const code = await Promise.race([child.exited, late]);
      if (code === undefined) {
        child.kill("SIGKILL");
        throw new Error(`The server was still running ${milliseconds} ms after SIGTERM\n${output.text()}`);
      }
      await output.ended;
      return code;
    },
    async kill(signal = "SIGKILL") {
      child.kill(signal);
      const code = await child.exited;
      // Of one that was killed, children may live on and hold the streams open.
      if (code === 0) await output.ended;
      return code;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await server.stop();
    },
  };
  return server;
}

/** A fresh folder that is removed at the end of the test run. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "resound-test-"));
  noteDirectory(directory);
  return directory;
}

function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function withAddress(args: readonly string[]): readonly string[] {
  const says = (flag: string): boolean => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
  return [
    ...args,
    ...(says("--host") ? [] : ["--host", "127.0.0.1"]),
    ...(says("--port") ? [] : ["--port", "0"]),
  ];
}

/** Clean, so that nothing of the developer's own shell configures the server. */
function environment(directory: string, env: ServerOptions["env"]): Record<string, string> {
  const { PATH, HOME, TMPDIR } = process.env;
  const variables = Object.entries({
    PATH,
    HOME,
    TMPDIR,
    ...denoFolder(),
    ...defaultApplication(directory),
    ...env,
  });
  return Object.fromEntries(variables.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A real variable wins over one in .env, so the default application stays away from a folder whose .env brings its own. */
function defaultApplication(directory: string): Record<string, string> {
  const file = join(directory, ".env");
  if (
    existsSync(file) && /^\s*(export\s+)?REVERB_APP_(ID|KEY|SECRET)\s*=/m.test(readFileSync(file, "utf8"))
  ) return {};
  return {
    REVERB_APP_ID: TEST_APPLICATION.id,
    REVERB_APP_KEY: TEST_APPLICATION.key,
    REVERB_APP_SECRET: TEST_APPLICATION.secret,
  };
}
