import type { SocketHandler, UpgradableRequest } from "../../hub/connections/socket.ts";
import { type BunServer, BunSocket, type BunSocketOwner } from "./socket.ts";

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

  upgrade(handler: SocketHandler): boolean {
    const headers = {
      // Reverb's own header, which some health checks look for.
      "X-Powered-By": "Laravel Reverb",
      // Bun would agree to the first subprotocol that a client offers. The server speaks none, and Reverb names none; empty, Bun
      // leaves the header out.
      "Sec-WebSocket-Protocol": "",
    };
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
