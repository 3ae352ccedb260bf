import type { SocketHandler, UpgradableRequest } from "../../hub/connections/socket.ts";
import { type BunServer, BunSocket, type BunSocketOwner } from "./socket.ts";

/** A request to Bun's server. */
export class BunRequest implements UpgradableRequest {
  upgraded = false;
  readonly #request: Request;
  readonly #server: BunServer;
  readonly #owner: BunSocketOwner;

  constructor(request: Request, server: BunServer, owner: BunSocketOwner) {
    this.#request = request;
    this.#server = server;
    this.#owner = owner;
  }

  get address(): string {
    return this.#server.requestIP(this.#request)?.address ?? this.#owner.namelessCaller;
  }

  upgrade(handler: SocketHandler): boolean {
    // Reverb's own header, which some health checks look for.
    const headers = { "X-Powered-By": "Laravel Reverb" };
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
