import { createHash, createHmac } from "node:crypto";
import { resolve } from "node:path";
import { pinned } from "./pinned.ts";

/** A server under measurement, in a process of its own. */
export interface Contender {
  readonly pid: number;
  readonly port: number;
  /** The path at which its WebSockets open. */
  readonly socketPath: string;
  /** The HTTP request that publishes `data` once to the channel "bench". */
  trigger(data: string): Request;
  stop(): Promise<void>;
}

/** How to start one. */
export interface ContenderKind {
  readonly name: string;
  start(): Promise<Contender>;
}

const ROOT = resolve(import.meta.dir, "../..");
/** The one that the contenders serve. */
export const APPLICATION = { id: "bench", key: "bench-key", secret: "bench-secret" };

/** The ceiling: `Bun.serve` doing the least possible. */
export const bare: ContenderKind = {
  name: "bare Bun.serve",
  async start() {
    const { child, port } = await spawn([process.execPath, resolve(import.meta.dir, "bare-server.ts")]);
    const request = (data: string): Request =>
      // What it publishes has the bytes of the real event frame, so that both move the same.
      new Request(`http://127.0.0.1:${port}/publish`, { method: "POST", body: eventFrame(data) });
    return { pid: child.pid, port, socketPath: "/app/bare", trigger: request, stop: () => stop(child) };
  },
};

/** This server, from source or as the executable; `environment` in addition to its application. */
export function resound(
  name: string,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ContenderKind {
  return {
    name,
    async start() {
      const started = [...command, "start", "--host", "127.0.0.1", "--port", "0"];
      const { child, port } = await spawn(started, environment);
      const path = `/app/${APPLICATION.key}?protocol=7&client=js&version=8.6.0&flash=false`;
      return {
        pid: child.pid,
        port,
        socketPath: path,
        trigger: (data) => signedTrigger(port, data),
        stop: () => stop(child),
      };
    },
  };
}

/** From source on the Bun that runs the benchmark. */
export const fromSource = resound("Resound (source)", sourceCommand());

/** How the server is run from source. */
export function sourceCommand(): readonly string[] {
  return [process.execPath, resolve(ROOT, "src/main.ts")];
}

function eventFrame(data: string): string {
  return `{"event":"bench-event","data":${JSON.stringify(data)},"channel":"bench"}`;
}

function signedTrigger(port: number, data: string): Request {
  const body = JSON.stringify({ name: "bench-event", channels: ["bench"], data });
  const md5 = createHash("md5").update(body).digest("hex");
  const path = `/apps/${APPLICATION.id}/events`;
  const query = `auth_key=${APPLICATION.key}&auth_timestamp=${
    Math.floor(Date.now() / 1000)
  }&auth_version=1.0&body_md5=${md5}`;
  const signature = createHmac("sha256", APPLICATION.secret).update(`POST\n${path}\n${query}`).digest("hex");
  const url = `http://127.0.0.1:${port}${path}?${query}&auth_signature=${signature}`;
  return new Request(url, { method: "POST", body, headers: { "Content-Type": "application/json" } });
}

async function spawn(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ child: Bun.Subprocess<"ignore", "pipe">; port: number }> {
  const child = Bun.spawn(pinned(0, command), {
    cwd: "/",
    env: {
      PATH: process.env["PATH"] ?? "",
      REVERB_APP_ID: APPLICATION.id,
      REVERB_APP_KEY: APPLICATION.key,
      REVERB_APP_SECRET: APPLICATION.secret,
      REVERB_APP_MAX_MESSAGE_SIZE: "20000",
      REVERB_MAX_REQUEST_SIZE: "100000",
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const chunk of child.stdout) {
    text += Buffer.from(chunk).toString();
    const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error(`${command.join(" ")} did not come up:\n${text}`);
}

async function stop(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGKILL");
  await child.exited;
}
