import type { Server, ServerWebSocket } from "bun";
import type { RuntimeCloseCause, Socket, SocketHandler, UpgradableRequest } from "../connections/socket.ts";
import type { DatabaseConfig } from "../config/config.ts";
import { BunCacheDatabase } from "./bun-cache-database.ts";
import { type BackloggedSocket, BacklogWatch } from "./backlog-watch.ts";
import {
  type CacheDatabase,
  type Listener,
  ListenError,
  type Runtime,
  type ServeOptions,
} from "./runtime.ts";

/** Bun carries for each WebSocket whatever it is given at the upgrade: here, our side of it. */
type BunWebSocket = ServerWebSocket<BunSocket>;

/** The runtime for `Bun.serve`, with its native pub/sub. */
export class BunRuntime implements Runtime {
  readonly name = `Bun ${Bun.version}`;
  #server: Server<BunSocket> | undefined;
  #watch: BacklogWatch | undefined;

  openCacheDatabase(config: DatabaseConfig): CacheDatabase {
    return new BunCacheDatabase(config);
  }

  publish(topic: string, frame: string): void {
    this.#watch?.published(frame.length);
    this.#server?.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#server?.subscriberCount(topic) ?? 0;
  }

  serve(options: ServeOptions): Listener {
    const watch = this.#watch = new BacklogWatch(options.maxBacklogBytes, () => performance.now());
    const server = this.#server = listen(options, watch);
    return {
      port: server.port ?? options.port,
      stopListening: () => void server.stop(false),
      close: () => server.stop(true),
    };
  }
}

function listen(options: ServeOptions, watch: BacklogWatch): Server<BunSocket> {
  try {
    return Bun.serve<BunSocket>({
      hostname: options.host,
      port: options.port,
      // The API's own limit answers with a reason. Measured with bodies of 1 GiB: what nobody reads is dropped as it comes,
      // with a length or in chunks, so that this limit protects nothing and would only answer without a word.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      async fetch(request, server) {
        const upgradable = new BunRequest(request, server, watch);
        const response = await options.answer(withWholeUrl(request), upgradable);
        return upgradable.upgraded ? undefined : response;
      },
      error(fault) {
        options.fault(fault);
        return new Response("Internal server error.", { status: 500 });
      },
      websocket: {
        maxPayloadLength: options.maxMessageBytes,
        backpressureLimit: options.maxBacklogBytes,
        closeOnBackpressureLimit: true,
        // Keepalive is the protocol's own (connections/keepalive.ts).
        idleTimeout: 0,
        sendPings: false,
        perMessageDeflate: false,
        open: (socket) => socket.data.open(socket),
        message: (socket, frame) => socket.data.handler.message(frame),
        drain: (socket) => watch.look(socket.data),
        ping: (socket) => socket.data.handler.control("ping"),
        pong: (socket) => socket.data.handler.control("pong"),
        close: (socket, code, reason) => socket.data.closed(code, reason),
      },
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
    throw new ListenError(code, error instanceof Error ? error.message : String(error));
  }
}

/**
 * Without a `Host` that is a host name Bun gives the bare target as the URL. HTTP/1.0 has no `Host`, and that is what
 * load balancers ask for health with.
 */
function withWholeUrl(request: Request): Request {
  return request.url.startsWith("/") ? new Request(`http://localhost${request.url}`, request) : request;
}

/**
 * Bun reports its own closes as 1006, which no client can send: with a sentence ("Received invalid opcode"), but for slow
 * readers, who look like lost connections.
 */
function closeCause(code: number, reason: string, behind: boolean): RuntimeCloseCause | undefined {
  if (code !== 1006) return undefined;
  if (reason === "Received too big message") return "message_too_large";
  if (reason.startsWith("Received ")) return "protocol_violation";
  return behind ? "slow_reader" : undefined;
}

class BunRequest implements UpgradableRequest {
  upgraded = false;
  readonly #request: Request;
  readonly #server: Server<BunSocket>;
  readonly #watch: BacklogWatch;

  constructor(request: Request, server: Server<BunSocket>, watch: BacklogWatch) {
    this.#request = request;
    this.#server = server;
    this.#watch = watch;
  }

  get address(): string {
    return this.#server.requestIP(this.#request)?.address ?? "unknown";
  }

  upgrade(handler: SocketHandler): boolean {
    // Reverb's own header, which some health checks look for.
    const headers = { "X-Powered-By": "Laravel Reverb" };
    const data = new BunSocket(handler, this.#watch);
    return this.upgraded = this.#server.upgrade(this.#request, { data, headers });
  }
}

class BunSocket implements Socket, BackloggedSocket {
  behind = false;
  readonly handler: SocketHandler;
  readonly #watch: BacklogWatch;
  /** Bun's own, from `open` on; nobody else has this socket before. */
  #socket!: BunWebSocket;

  constructor(handler: SocketHandler, watch: BacklogWatch) {
    this.handler = handler;
    this.#watch = watch;
  }

  open(socket: BunWebSocket): void {
    this.#socket = socket;
    this.#watch.add(this);
    this.handler.open(this);
  }

  closed(code: number, reason: string): void {
    this.#watch.remove(this);
    const cause = closeCause(code, reason, this.behind);
    this.handler.close(cause === "message_too_large" ? 1009 : code, cause);
  }

  get backlog(): number {
    return this.#socket.getBufferedAmount();
  }

  send(frame: string): void {
    // -1: it waits; 0: it was dropped, because too much waits already or the socket is closed.
    if (this.#socket.send(frame) <= 0) this.#watch.look(this);
  }

  ping(): boolean {
    this.#socket.ping();
    return true;
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  subscribe(topic: string): void {
    this.#socket.subscribe(topic);
  }

  unsubscribe(topic: string): void {
    this.#socket.unsubscribe(topic);
  }

  publish(topic: string, frame: string): void {
    this.#watch.published(frame.length);
    this.#socket.publish(topic, frame);
  }
}
