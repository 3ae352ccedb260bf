import Pusher from "pusher-js";
import { openPusher, type PusherClient } from "./client-libraries.ts";
import { type Cut, CuttingRelay } from "./cutting-relay.ts";
import { TEST_APPLICATION } from "./test-application.ts";

/** The WebSocket of pusher-js in Node, as far as this needs it. */
interface NodeSocket {
  addEventListener(name: "message", listener: (event: { readonly data: unknown }) => void): void;
}

/** What pusher-js in Node opens its WebSockets with. */
interface NodeRuntime {
  createWebSocket(url: string): NodeSocket;
}

/** What a client has got, in its order: what each event has as data, and where it was told that something is missing. */
export type Arrived = string | { readonly gap: string };

/** An unmodified pusher-js behind a network that a test cuts and leads elsewhere; it names its last connection in `?resume=`. */
export class ReturningPusher implements AsyncDisposable {
  /** By the port that they connect to. */
  static readonly #all = new Map<string, ReturningPusher>();
  readonly arrived: Arrived[] = [];
  /** The name of its last connection. */
  resume: string | undefined;
  readonly #client: PusherClient;
  readonly #relay: CuttingRelay;
  readonly #target: { port: number };
  #changed = Promise.withResolvers<void>();
  /** Subscriptions that there were, and that there are to be. */
  #subscriptions = 0;
  #expected = 1;

  private constructor(relay: CuttingRelay, target: { port: number }, channel: string) {
    this.#relay = relay;
    this.#target = target;
    ReturningPusher.#all.set(String(relay.port), this);
    this.#client = openPusher({ host: "127.0.0.1", port: relay.port });
    this.#client.pusher.subscribe(channel).bind_global((name: string, data: unknown) => {
      if (name === "resound:gap") this.#arrive({ gap: (data as { readonly reason: string }).reason });
      if (name === "n") this.#arrive(String(data));
      if (name !== "pusher:subscription_succeeded") return;
      this.#subscriptions++;
      this.#changed.resolve();
    });
  }

  /** Connects to a server of TEST_APPLICATION and subscribes to a channel. */
  static async open(server: { readonly port: number }, channel: string): Promise<ReturningPusher> {
    nameConnections();
    const target = { port: server.port }, relay = await CuttingRelay.open(() => target.port);
    const page = new ReturningPusher(relay, target, channel);
    await page.isBack();
    return page;
  }

  /** The client that connects to a port. */
  static at(port: string): ReturningPusher | undefined {
    return ReturningPusher.#all.get(port);
  }

  /** Breaks its connection; it comes back to that server. */
  async moveTo(server: { readonly port: number }, cut: Cut): Promise<void> {
    this.comesTo(server);
    await this.#relay.cut(cut);
  }

  /** Its connection is about to end; it comes back to that server. */
  comesTo(server: { readonly port: number }): void {
    this.#target.port = server.port;
    this.#expected++;
  }

  /** Resolves when it has subscribed again after each cut. */
  isBack(): Promise<void> {
    return this.#until(() => this.#subscriptions >= this.#expected);
  }

  /** Resolves when it has got this. */
  has(data: string): Promise<void> {
    return this.#until(() => this.arrived.includes(data));
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      this.#changed = Promise.withResolvers();
      await this.#changed.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    ReturningPusher.#all.delete(String(this.#relay.port));
    this.#client[Symbol.dispose]();
    await this.#relay[Symbol.asyncDispose]();
  }

  #arrive(one: Arrived): void {
    this.arrived.push(one);
    this.#changed.resolve();
  }
}

let isNaming = false;

/** Has pusher-js bring the names of connections along, for those that are a {@link ReturningPusher}; a browser does it by itself. */
function nameConnections(): void {
  if (isNaming) return;
  isNaming = true;
  const runtime = Pusher.Runtime as unknown as NodeRuntime, open = runtime.createWebSocket.bind(runtime);
  runtime.createWebSocket = (url) => {
    const page = url.includes(`/app/${TEST_APPLICATION.key}`)
      ? ReturningPusher.at(new URL(url).port)
      : undefined;
    if (page === undefined) return open(url);
    const socket = open(page.resume === undefined ? url : `${url}&resume=${page.resume}`);
    socket.addEventListener("message", ({ data }) => {
      const resume = /\\"resume\\":\\"([\w-]+)\\"/.exec(String(data))?.[1];
      if (resume !== undefined) page.resume = resume;
    });
    return socket;
  };
}
