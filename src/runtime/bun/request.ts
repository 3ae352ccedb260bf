import type { SocketHandler, UpgradableRequest } from "../../hub/connections/socket.ts";
import type { TurnBudget } from "../../hub/connections/turn-budget.ts";
import { type BunServer, BunSocket, type BunSocketOwner } from "./socket.ts";

/** Seconds for which an idle connection stays open after a refusal. */
const REFUSED_IDLE_SECONDS = 10;

/** What the answer to a handshake has beside what the protocol asks for. Bun reads it, and changes nothing in it. */
const OWN_HEADERS = new Headers({
  // Reverb's own header, which some health checks look for.
  "X-Powered-By": "Laravel Reverb",
  // Bun would agree to the first subprotocol that a client offers. The server speaks none, and Reverb names none; empty, Bun
  // leaves the header out.
  "Sec-WebSocket-Protocol": "",
});

/** A request to Bun's server. */
export class BunRequest implements UpgradableRequest {
  upgraded = false;
  readonly isPathResolved: boolean;
  readonly #request: Request;
  readonly #server: BunServer;
  readonly #owner: BunSocketOwner;
  #address: string | undefined;

  /** `isPathResolved`: Bun resolves every target when it makes the URL. */
  constructor(request: Request, server: BunServer, owner: BunSocketOwner, isPathResolved = true) {
    this.isPathResolved = isPathResolved;
    this.#request = request;
    this.#server = server;
    this.#owner = owner;
  }

  get address(): string {
    return this.#address ??= this.#server.requestIP(this.#request)?.address ?? this.#owner.namelessCaller;
  }

  refused(): boolean {
    // Bun's own patience is enough for a caller that has shown no secret, or has a body left that is not read.
    this.#server.timeout(this.#request, REFUSED_IDLE_SECONDS);
    const { refusals } = this.#owner;
    return refusals.isCrowded() && this.exceeds(refusals);
  }

  /** Whether the request's connection has had its share of this turn. Callers through a Unix socket, all alike, are not counted. */
  exceeds(budget: TurnBudget): boolean {
    const peer = this.#server.requestIP(this.#request);
    return peer !== null && budget.exceeds(`${peer.address} ${peer.port}`);
  }

  upgrade(handler: SocketHandler, cookies: readonly string[] = []): boolean {
    const headers = cookies.length === 0 ? OWN_HEADERS : new Headers(OWN_HEADERS);
    for (const cookie of cookies) headers.append("Set-Cookie", cookie);
    // After a handshake that is refused Bun does not know the address any more.
    void this.address;
    const data = new BunSocket(handler, this.#server, this.#owner);
    return this.upgraded = this.#server.upgrade(this.#request, { data, headers });
  }
}

/**
 * The request with a URL that has a host. Where the `Host` header is missing or no host name, Bun gives the bare target as the
 * URL. Load balancers ask for health over HTTP/1.0, which has no `Host`.
 */
export function withWholeUrl(request: Request): Request {
  return request.url.startsWith("/") ? new Request(`http://localhost${request.url}`, request) : request;
}
