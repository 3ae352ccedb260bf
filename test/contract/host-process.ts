import { resolve } from "node:path";
import type { ControlFrame } from "../../src/hub/connections/socket.ts";
import { freePort } from "../support/free-port.ts";
import { PATIENCE } from "../support/patience.ts";
import { RawSocket } from "../support/raw-socket.ts";
import { ROOT, scriptCommand } from "../support/server-target.ts";
import { connect, type SocketClient } from "../support/socket-client.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";
import type { Command, Report } from "./runtime-commands.ts";

/** A runtime that MUST keep the contract. */
export type RuntimeName = "bun" | "deno";

/** A client whose messages command the handler of its socket. */
export interface Commander {
  readonly client: SocketClient;
  order(command: Command): void;
  /** Orders, and resolves when that is done: the socket's own frames come in order. */
  done(command: Command): Promise<void>;
}

/** A process of runtime-host.ts on one of the runtimes. */
export class HostProcess {
  readonly running: RunningServer;

  private constructor(running: RunningServer) {
    this.running = running;
  }

  static async start(runtime: RuntimeName): Promise<HostProcess> {
    const command = scriptCommand(runtime, resolve(ROOT, "test/contract/runtime-host.ts"));
    // A port that no other test is given when the host has ended its listening.
    return new HostProcess(await startServer({ command, args: ["--port", String(await freePort())] }));
  }

  /** Connects to the path that makes a handler of this name, and waits until it has been told. */
  async commander(name: string): Promise<Commander> {
    const client = await connect(this.running, { path: `/socket/${name}` });
    await this.told({ told: "open", name });
    const order = (command: Command): void => client.send(command);
    return {
      client,
      order,
      async done(command) {
        order(command);
        order({ do: "send", frame: "done" });
        const frame = await client.next();
        if (frame !== "done") throw new Error(`Expected the end of an order, got ${frame}`);
      },
    };
  }

  /** A raw peer with a WebSocket. */
  async raw(name: string): Promise<RawSocket> {
    const raw = await RawSocket.open(this.running);
    const { status } = await raw.upgrade({ path: `/socket/${name}` });
    if (status !== 101) throw new Error(`The handshake was answered with ${status}`);
    await this.told({ told: "open", name });
    return raw;
  }

  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.running.url}${path}`, { keepalive: false });
    return { status: response.status, text: await response.text() };
  }

  /** Waits for the first report that has these members. */
  async told(part: {
    readonly told: Report["told"];
    readonly name?: string;
    readonly frame?: ControlFrame;
  }): Promise<Report> {
    const fits = (line: string): boolean => {
      if (!line.startsWith("{")) return false;
      const found = JSON.parse(line) as Readonly<Record<string, unknown>>;
      return Object.entries(part).every(([key, value]) => found[key] === value);
    };
    const { output } = this.running;
    for (let from = 0;;) {
      const at = output.lines.findIndex((line, index) => index >= from && fits(line));
      if (at !== -1) return JSON.parse(output.lines[at] ?? "") as Report;
      from = output.lines.length;
      await output.waitFor(/^\{/, PATIENCE, from);
    }
  }

  /** Every report of this kind about a socket, so far. */
  reports(told: Report["told"], name: string): readonly Report[] {
    return this.running.output.lines.filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Report)
      .filter((report) => report.told === told && "name" in report && report.name === name);
  }
}
