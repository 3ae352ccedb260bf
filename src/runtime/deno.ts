import type { SocketHandler, UpgradableRequest } from "../connections/socket.ts";
import type { DenoApi, DenoSystemError, DenoWebSocket } from "./deno-api.ts";
import { DenoSocket, type DenoSocketServices } from "./deno-socket.ts";
import { type Listener, ListenError, type Runtime, type ServeOptions } from "./runtime.ts";
import { TopicTable } from "./topic-table.ts";

declare const Deno: DenoApi;

/** Milliseconds between two looks at whether the last clients have said goodbye. */
const FAREWELL_STEP = 20;
/** Milliseconds that they have for it when the server ends. */
const FAREWELL = 1000;

/** The runtime for `Deno.serve` and `Deno.upgradeWebSocket`. */
export class DenoRuntime implements Runtime {
  readonly name = `Deno ${Deno.version.deno}`;
  readonly #topics = new TopicTable<DenoSocket>();

  publish(topic: string, frame: string): void {
    this.#topics.publish(topic, frame);
  }

  subscriberCount(topic: string): number {
    return this.#topics.count(topic);
  }

  serve(options: ServeOptions): Listener {
    const { maxMessageBytes, maxBacklogBytes, fault } = options;
    const leaving = new Set<DenoSocket>();
    const services = { topics: this.#topics, maxMessageBytes, maxBacklogBytes, leaving, fault };
    return listen(options, services);
  }
}

function listen(options: ServeOptions, services: DenoSocketServices): Listener {
  const abort = new AbortController();
  let listening = true;
  try {
    const server = Deno.serve({
      hostname: options.host,
      port: options.port,
      signal: abort.signal,
      onListen: () => {},
      onError(fault) {
        options.fault(fault);
        return new Response("Internal server error.", { status: 500 });
      },
    }, async (request, { remoteAddr }) => {
      if (!listening) return refusal();
      const upgradable = new DenoRequest(request, remoteAddr.hostname ?? "unknown", services);
      const response = await options.answer(request, upgradable);
      return upgradable.response ?? response;
    });
    return {
      port: server.addr.port,
      // Deno cannot stop listening without closing every WebSocket at once, so whoever comes is turned away instead.
      stopListening: () => void (listening = false),
      async close() {
        listening = false;
        await untilEmpty(services.leaving);
        abort.abort();
        await server.finished;
      },
    };
  } catch (error) {
    const { code, message } = error as DenoSystemError;
    throw new ListenError(code ?? "UNKNOWN", message);
  }
}

/** The answer to everyone who comes while the server is stopping. */
function refusal(): Response {
  return new Response("The server is stopping.", { status: 503, headers: { Connection: "close" } });
}

/** Waits until close frames that were sent have arrived, but not long: a client need not answer. */
async function untilEmpty(leaving: ReadonlySet<DenoSocket>): Promise<void> {
  for (let waited = 0; leaving.size > 0 && waited < FAREWELL; waited += FAREWELL_STEP) {
    await new Promise((resolve) => setTimeout(resolve, FAREWELL_STEP));
  }
}

class DenoRequest implements UpgradableRequest {
  readonly address: string;
  /** The answer that completes the handshake. */
  response: Response | undefined;
  readonly #request: Request;
  readonly #services: DenoSocketServices;

  constructor(request: Request, address: string, services: DenoSocketServices) {
    this.#request = request;
    this.address = address;
    this.#services = services;
  }

  upgrade(handler: SocketHandler): boolean {
    const { headers } = this.#request;
    // RFC 6455, 4.2.1: what Deno does not look at.
    if (headers.get("sec-websocket-version") !== "13") return false;
    if (!/^[+/0-9A-Za-z]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) return false;
    let socket: DenoWebSocket;
    try {
      // Keepalive is the protocol's own (connections/keepalive.ts).
      ({ socket, response: this.response } = Deno.upgradeWebSocket(this.#request, { idleTimeout: 0 }));
    } catch {
      // Deno throws for every header that makes this no handshake.
      return false;
    }
    // Reverb's own header, which some health checks look for.
    this.response.headers.set("X-Powered-By", "Laravel Reverb");
    new DenoSocket(socket, handler, this.#services);
    return true;
  }
}
