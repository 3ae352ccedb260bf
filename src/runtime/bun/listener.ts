import type { Server } from "bun";
import { UNIX_CALLER } from "../../config/kinds/address-kind.ts";
import type { TlsSettings } from "../../tls/tls-settings.ts";
import { TurnBudget } from "../../hub/connections/turn-budget.ts";
import { BacklogWatch } from "../backlog-watch.ts";
import { compressionOf } from "./compression.ts";
import { IDLE_SECONDS } from "./http.ts";
import { type BunAddress, BunPlace } from "./place.ts";
import { BunRequest, withWholeUrl } from "./request.ts";
import type { BunServer, BunSocket, BunSocketOwner } from "./socket.ts";
import { tlsOptions } from "./tls.ts";
import type { Listener, PlaceSharing, ServeOptions } from "../runtime.ts";

/** Pipelined calls that one turn takes from all connections together, and then from each: at most some 20 ms of work. */
const CALLS_A_TURN = [512, 512] as const;
/** The same of calls that are turned down, which cost more and come from callers that have shown no secret. */
const REFUSALS_A_TURN = [32, 16] as const;

const nextTurn = (then: () => void): void => void setImmediate(then);

/**
 * Everything that listens, or has listened, on one address. `Bun.serve` cannot change its certificates (`reload` ignores
 * them), so renewed ones need another server in the same place; the one before stops accepting and keeps its sockets. Bun's
 * topics belong to one server, so each publish goes to all servers that have sockets: as a rule, one.
 */
export class BunListener implements Listener, BunSocketOwner {
  readonly watch: BacklogWatch;
  readonly namelessCaller: string;
  readonly compressFrom: number;
  readonly #options: ServeOptions;
  readonly #budget = new TurnBudget(...CALLS_A_TURN, nextTurn);
  readonly refusals = new TurnBudget(...REFUSALS_A_TURN, nextTurn);
  readonly #place: BunPlace<Server<BunSocket>>;
  /** The servers before the current one that still have sockets, each with how many. */
  readonly #earlier = new Map<BunServer, number>();

  /** Throws a `ListenError` when the address cannot be had. */
  constructor(options: ServeOptions) {
    this.#options = options;
    this.namelessCaller = options.unixSocket === undefined ? "unknown" : UNIX_CALLER;
    this.compressFrom = compressionOf(options.compression).from;
    this.watch = new BacklogWatch(options.maxBacklogBytes, () => performance.now(), nextTurn);
    this.#place = new BunPlace(options, (at) => this.#serve(at, options.tls));
  }

  get port(): number {
    return this.#place.port;
  }

  get sharing(): PlaceSharing | undefined {
    const { sharing } = this.#place;
    return sharing === undefined ? undefined : {
      share: (allowed) => sharing.share(allowed),
      steer: (group) => sharing.steer(group),
      holdBack: () => sharing.holdBack(),
      listenAgain: (takesOver) => this.#succeeded(() => sharing.listenAgain(takesOver)),
    };
  }

  /** The one that accepts. */
  get #current(): Server<BunSocket> {
    return this.#place.current;
  }

  publish(topic: string, frame: string): void {
    this.watch.published(frame.length);
    const compress = frame.length >= this.compressFrom;
    this.#current.publish(topic, frame, compress);
    if (this.#earlier.size === 0) return;
    for (const server of this.#earlier.keys()) server.publish(topic, frame, compress);
  }

  /** Publishes on the other servers what a socket has published on its own. */
  publishBeside(own: BunServer, topic: string, frame: string): void {
    this.watch.published(frame.length);
    if (this.#earlier.size === 0) return;
    const compress = frame.length >= this.compressFrom;
    if (own !== this.#current) this.#current.publish(topic, frame, compress);
    for (const server of this.#earlier.keys()) {
      if (own !== server) server.publish(topic, frame, compress);
    }
  }

  subscriberCount(topic: string): number {
    let count = this.#current.subscriberCount(topic);
    for (const server of this.#earlier.keys()) count += server.subscriberCount(topic);
    return count;
  }

  /** A request that was kept open across a renewal may still be upgraded, so sockets are counted, not only taken over. */
  opened(server: BunServer): void {
    if (server !== this.#current) this.#earlier.set(server, (this.#earlier.get(server) ?? 0) + 1);
  }

  closed(server: BunServer): void {
    const count = this.#earlier.get(server);
    if (count === undefined) return;
    if (count > 1) this.#earlier.set(server, count - 1);
    else this.#earlier.delete(server);
  }

  fault(fault: unknown): void {
    this.#options.fault(fault);
  }

  renewTls(settings: TlsSettings): void {
    this.#succeeded(() => this.#place.replace((at) => this.#serve(at, settings)));
  }

  stopListening(): void {
    this.#place.stopListening();
  }

  async close(): Promise<void> {
    this.#place.stopListening();
    await Promise.all([this.#current, ...this.#earlier.keys()].map((server) => server.stop(true)));
  }

  /** Another server takes the place of the current one, which keeps its sockets. */
  #succeeded(listen: () => void): void {
    const before = this.#current;
    listen();
    if (before.pendingWebSockets > 0) this.#earlier.set(before, before.pendingWebSockets);
  }

  #serve(at: BunAddress, tls: TlsSettings | undefined): Server<BunSocket> {
    const options = this.#options, { guardedPath } = options;
    const budget = this.#budget;
    const handler = (isPathResolved: boolean) => (request: Request, server: BunServer) => {
      server.timeout(request, IDLE_SECONDS);
      const upgradable = new BunRequest(request, server, this, isPathResolved);
      if (budget.isCrowded() && upgradable.exceeds(budget)) {
        return options.answerFlood(withWholeUrl(request), upgradable);
      }
      const answer = options.answer(withWholeUrl(request), upgradable);
      return upgradable.upgraded ? undefined : answer;
    };
    // Routes are matched with the target as it was sent, before Bun resolves it.
    const asSent = handler(false);
    const routes = guardedPath === undefined ? {} : { [guardedPath]: asSent, [`${guardedPath}/*`]: asSent };
    return Bun.serve<BunSocket>({
      ...at,
      ...(tls === undefined ? {} : { tls: tlsOptions(tls) }),
      // The API's own limit answers with a reason. Measured with bodies of 1 GiB: Bun drops what is not read
      // as it comes, with a length or in chunks. So this limit protects nothing, and would only answer without a reason.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      routes,
      fetch: handler(true),
      error(fault) {
        options.fault(fault);
        return new Response("Internal server error.", { status: 500 });
      },
      websocket: {
        maxPayloadLength: options.maxMessageBytes,
        backpressureLimit: options.maxBacklogBytes,
        closeOnBackpressureLimit: true,
        // Keepalive is the protocol's own (hub/connections/keepalive.ts).
        idleTimeout: 0,
        sendPings: false,
        perMessageDeflate: compressionOf(options.compression).perMessageDeflate,
        open: (socket) => socket.data.open(socket),
        message: (socket, frame) => socket.data.message(frame),
        drain: (socket) => socket.data.drained(),
        ping: (socket) => socket.data.control("ping"),
        pong: (socket, payload) => socket.data.control("pong", payload),
        close: (socket, code, reason) => socket.data.closed(code, reason),
      },
    });
  }
}
