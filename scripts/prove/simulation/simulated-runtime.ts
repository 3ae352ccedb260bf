import type { SocketHandler, UpgradableRequest } from "../../../src/hub/connections/socket.ts";
import { BUN_DIGESTS } from "../../../src/runtime/bun/digests.ts";
import type { HttpListener, Listener, Runtime, ServeOptions } from "../../../src/runtime/runtime.ts";
import { TopicTable } from "../../../src/runtime/topic-table.ts";
import type { ClientPipe } from "./client-pipe.ts";
import { SimulatedSocket } from "./simulated-socket.ts";

/** The origin of all requests to simulated nodes. */
export const ORIGIN = "http://node.test";

/** What a handshake came to: a socket with the cookies of its answer, or nothing. */
export interface Handshake {
  readonly socket: SimulatedSocket | undefined;
  readonly cookies: readonly string[];
}

/** The runtime of one simulated node. */
export class SimulatedRuntime implements Runtime {
  readonly name = "Simulation";
  readonly compresses = false;
  readonly pings = true;
  readonly digests = BUN_DIGESTS;
  isListening = false;
  readonly #topics = new TopicTable<SimulatedSocket>();
  readonly #sockets = new Set<SimulatedSocket>();
  #options: ServeOptions | undefined;

  publish(topic: string, frame: string): void {
    this.#topics.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#topics.count(topic);
  }

  tlsRefusals(): readonly string[] {
    return [];
  }

  openLibc(): Promise<never> {
    return Promise.reject(new Error("A simulation has no C library"));
  }

  serve(options: ServeOptions): Listener {
    this.#options = options;
    this.isListening = true;
    return {
      port: 8080,
      stopListening: () => void (this.isListening = false),
      renewTls: () => {},
      close: () => {
        for (const socket of [...this.#sockets]) socket.close(1001);
        return Promise.resolve();
      },
    };
  }

  serveHttp(): HttpListener {
    throw new Error("Simulated nodes have no other ports");
  }

  /** A handshake of a client, in the node's process. */
  upgrade(path: string, headers: Readonly<Record<string, string>>, pipe: ClientPipe): Handshake {
    const { answer, maxBacklogBytes } = this.#served();
    let socket: SimulatedSocket | undefined, cookies: readonly string[] = [];
    const request = new Request(`${ORIGIN}${path}`, { headers: { ...headers, Upgrade: "websocket" } });
    void answer(request, {
      address: "127.0.0.1",
      isPathResolved: false,
      upgrade: (handler: SocketHandler, given = []) => {
        socket = new SimulatedSocket(pipe, handler, this.#topics, maxBacklogBytes);
        cookies = given;
        this.#sockets.add(socket);
        handler.open(socket);
        return true;
      },
    });
    return { socket, cookies };
  }

  /** A call of the HTTP API. */
  async call(request: Request): Promise<{ readonly status: number; readonly text: string }> {
    const upgradable: UpgradableRequest = {
      address: "127.0.0.1",
      isPathResolved: false,
      upgrade: () => false,
    };
    const response = await this.#served().answer(request, upgradable);
    return { status: response.status, text: await response.text() };
  }

  /** Ends all connections as the end of a process does. */
  dropAll(): void {
    for (const { pipe } of this.#sockets) pipe.endAtServer(1006);
    this.#sockets.clear();
  }

  /** Cuts all connections: the network to the clients is gone. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.pipe.cut(socket);
    this.#sockets.clear();
  }

  /** The sockets that are, or were, open. */
  get sockets(): Iterable<SimulatedSocket> {
    return this.#sockets;
  }

  #served(): ServeOptions {
    if (this.#options === undefined) throw new Error("The node does not listen");
    return this.#options;
  }
}
