import { connect } from "node:net";
import { forgetProcess, noteProcess } from "./leftovers.ts";
import { PATIENCE } from "./patience.ts";
import { ProcessOutput } from "./process-output.ts";

/** A reverse proxy in a process of its own. */
export interface RunningProxy extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** How to start a reverse proxy. */
export interface ProxyCommand {
  readonly command: readonly string[];
  readonly directory: string;
  readonly port: number;
  readonly secure?: boolean;
}

/** Milliseconds between two looks whether a proxy has come up. */
const STEP = 20;

/** Starts a proxy and resolves when its port accepts connections. Throws, with its output, when it ends before. */
export async function startProxy({ command, directory, port, secure }: ProxyCommand): Promise<RunningProxy> {
  const { PATH = "" } = process.env;
  const child = Bun.spawn([...command], {
    cwd: directory,
    // Caddy keeps its files in the folders that these name.
    env: { PATH, HOME: directory, XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  noteProcess(child.pid, () => child.kill("SIGKILL"));
  const output = new ProcessOutput(child.stdout, child.stderr);
  const deadline = performance.now() + PATIENCE;
  while (!await accepts(port)) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill("SIGKILL");
      await output.ended;
      throw new Error(`The proxy did not start: ${command.join(" ")}\n${output.text()}`);
    }
    await Bun.sleep(STEP);
  }
  return {
    host: "127.0.0.1",
    port,
    url: `${secure === true ? "https" : "http"}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
      await child.exited;
      clearTimeout(timer);
      forgetProcess(child.pid);
    },
  };
}

/** Whether a process on this machine takes connections at a port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
