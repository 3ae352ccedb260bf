import type { Server, ServerWebSocket } from "bun";
import type { RuntimeCloseCause, Socket, SocketHandler, UpgradableRequest } from "../connections/socket.ts";
import { type Listener, ListenError, type Runtime, type ServeOptions } from "./runtime.ts";

/** Bun carries for each WebSocket whatever it is given at the upgrade: here, its handler. */
type BunWebSocket = ServerWebSocket<SocketHandler>;

/** The runtime for `Bun.serve`, with its native pub/sub. */
export class BunRuntime implements Runtime {
  readonly name = `Bun ${Bun.version}`;
  #server: Server<SocketHandler> | undefined;

  publish(topic: string, frame: string): void {
    this.#server?.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#server?.subscriberCount(topic) ?? 0;
  }

  serve(options: ServeOptions): Listener {
    const server = this.#server = listen(options);
    return {
      port: server.port ?? options.port,
      stopListening: () => void server.stop(false),
      close: () => server.stop(true),
    };
  }
}

function listen(options: ServeOptions): Server<SocketHandler> {
  try {
    return Bun.serve<SocketHandler>({
      hostname: options.host,
      port: options.port,
      // The API's own limit answers with a reason; this one is only the bound of what is held in memory meanwhile.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      async fetch(request, server) {
        const upgradable = new BunRequest(request, server);
        const response = await options.answer(request, upgradable);
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
        open: (socket) => socket.data.open(new BunSocket(socket)),
        message: (socket, frame) => socket.data.message(frame),
        ping: (socket) => socket.data.control("ping"),
        pong: (socket) => socket.data.control("pong"),
        close: (socket, code, reason) => {
          const cause = closeCause(code, reason);
          socket.data.close(cause === "message_too_large" ? 1009 : code, cause);
        },
      },
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "UNKNOWN";
    throw new ListenError(code, error instanceof Error ? error.message : String(error));
  }
}

/** Bun reports its own closes as 1006 with a sentence; no client can send that code. */
function closeCause(code: number, reason: string): RuntimeCloseCause | undefined {
  if (code !== 1006) return undefined;
  switch (reason) {
    case "Received too big message":
      return "message_too_large";
    case "Received invalid UTF-8":
    case "Received an incorrectly masked frame":
    case "Received unexpected RSV1 bit":
      return "protocol_violation";
    default:
      return undefined;
  }
}

class BunRequest implements UpgradableRequest {
  upgraded = false;
  readonly #request: Request;
  readonly #server: Server<SocketHandler>;

  constructor(request: Request, server: Server<SocketHandler>) {
    this.#request = request;
    this.#server = server;
  }

  get address(): string {
    return this.#server.requestIP(this.#request)?.address ?? "unknown";
  }

  upgrade(handler: SocketHandler): boolean {
    // Reverb's own header, which some health checks look for.
    const headers = { "X-Powered-By": "Laravel Reverb" };
    return this.upgraded = this.#server.upgrade(this.#request, { data: handler, headers });
  }
}

class BunSocket implements Socket {
  readonly #socket: BunWebSocket;

  constructor(socket: BunWebSocket) {
    this.#socket = socket;
  }

  send(frame: string): void {
    this.#socket.send(frame);
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
    this.#socket.publish(topic, frame);
  }
}
