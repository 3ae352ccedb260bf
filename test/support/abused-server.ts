import { afterEach, expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { ApiClient } from "./api-client.ts";
import { eventually } from "./eventually.ts";
import { RawSocket } from "./raw-socket.ts";
import { signChannel } from "./sign-channel.ts";
import { Peer } from "./peer.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
import { TEST_APPLICATION } from "./test-application.ts";
import { useResource } from "./use-resource.ts";

const BYSTANDER_CHANNEL = "bystander";

/** The memory of a server's process, in MiB; 0 where the system has no /proc. */
export function memoryOf({ pid }: Pick<RunningServer, "pid">): number {
  if (process.platform !== "linux") return 0;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** A server that is about to be abused, and a bystander: a client that has been subscribed all along and must notice nothing. */
export class AbusedServer implements AsyncDisposable {
  readonly running: RunningServer;
  readonly api: ApiClient;
  private readonly bystander: Peer;
  private published = 0;

  private constructor(running: RunningServer, bystander: Peer) {
    this.running = running;
    this.api = new ApiClient(running);
    this.bystander = bystander;
  }

  static async start(
    env: Readonly<Record<string, string>> = {},
    options: Pick<ServerOptions, "args" | "command"> = {},
  ): Promise<AbusedServer> {
    // No keepalive pings in between: the bystander's frames are counted.
    const running = await startServer({ ...options, env: { REVERB_APP_PING_INTERVAL: "600", ...env } });
    const bystander = await Peer.subscribed(running, BYSTANDER_CHANNEL);
    // All that belongs to the subscription (a count too) has come before this.
    bystander.send({ event: "pusher:ping" });
    await bystander.nextEvent("pusher:pong");
    return new AbusedServer(running, bystander);
  }

  get url(): string {
    return this.running.url;
  }

  /** A client with an established connection. */
  connect(): Promise<Peer> {
    return Peer.connect(this.running);
  }

  /** A raw peer on TCP. */
  raw(patience?: number): Promise<RawSocket> {
    return RawSocket.open(this.running, patience);
  }

  /** A raw peer with an established WebSocket. */
  async rawWebSocket(): Promise<{ readonly raw: RawSocket; readonly id: string }> {
    const raw = await this.raw();
    expect((await raw.upgrade()).status).toBe(101);
    const id = /socket_id\\":\\"([\d.]+)/.exec(await raw.readText())?.[1];
    if (id === undefined) throw new Error("The first frame names no socket_id");
    return { raw, id };
  }

  /** What a client sends to join a presence channel as a user, rightly signed. */
  joinMessage(socketId: string, channel: string, userId: string): object {
    const channelData = JSON.stringify({ user_id: userId });
    const auth = signChannel(TEST_APPLICATION, socketId, channel, channelData);
    return { event: "pusher:subscribe", data: { auth, channel_data: channelData, channel } };
  }

  /** The ids of a presence channel's users, in their order; an empty list when the channel is empty. */
  async usersOf(channel: string): Promise<string[]> {
    const answer = await this.api.get(`/channels/${channel}/users`);
    const { users = [] } = answer.json() as { users?: Array<{ id: string }> };
    return users.map(({ id }) => id);
  }

  /** How many connections the server says it has, without the bystander's. */
  async connections(): Promise<number> {
    const { connections } = (await this.api.get("/connections")).json() as { connections: number };
    return connections - 1;
  }

  /** Waits until the server knows of no connection but the bystander's. */
  async untilAlone(): Promise<void> {
    await eventually(() => this.connections(), (count) => count === 0);
  }

  /** The process's memory, in MiB; 0 where the system has no /proc. */
  memory(): number {
    return memoryOf(this.running);
  }

  /** How many files and sockets the process holds; 0 where the system has no /proc. */
  openFiles(): number {
    if (process.platform !== "linux") return 0;
    return readdirSync(`/proc/${this.running.pid}/fd`).length;
  }

  /**
   * The bystander gets one event of the API exactly once, a new client is served, the log has no fault of the server
   * itself, and the process lives; all of it at once.
   */
  async assertStillServes(): Promise<void> {
    const data = `"event ${++this.published}"`;
    const answer = await this.api.trigger(BYSTANDER_CHANNEL, "still-here", data);
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: "{}" });
    expect(await this.bystander.next()).toBe(
      `{"event":"still-here","data":${JSON.stringify(data)},"channel":"${BYSTANDER_CHANNEL}"}`,
    );
    await this.bystander.expectSilence();

    const client = await this.connect();
    await client.expectSilence();
    await client.close();
    const faults = this.running.output.lines.filter((line) => line.includes("A fault of the server itself"));
    expect(faults).toEqual([]);
    expect(await Promise.race([this.running.exited, undefined])).toBeUndefined();
  }

  async stop(): Promise<void> {
    this.bystander.terminate();
    await this.running.stop();
  }

  /** Stops the server, so that `await using` can hold it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** A server for the tests of a file; asserts after EACH of them that it still serves everyone else. */
export function useAbusedServer(env: Readonly<Record<string, string>> = {}): AbusedServer {
  const server = useResource(() => AbusedServer.start(env));
  afterEach(() => server.assertStillServes());
  return server;
}
