import type { SocketHandler, UpgradableRequest } from "../../hub/connections/socket.ts";
import { UNIX_CALLER } from "../../config/kinds/address-kind.ts";
import type { DenoApi, DenoHandler, DenoWebSocket } from "./deno-api.ts";
import { DenoSocket, type DenoSocketServices } from "./socket.ts";

declare const Deno: DenoApi;

/** The caller's address, as `Caller` has it. */
export function callerAddress(
  { hostname, transport }: Parameters<DenoHandler>[1]["remoteAddr"],
): string {
  return hostname ?? (transport === "unix" ? UNIX_CALLER : "unknown");
}

/** The answer of a server that is to accept nothing more, for Deno cannot stop listening without ending what it still answers. */
export function turnedAway(): Response {
  return new Response("The server is stopping.", { status: 503, headers: { Connection: "close" } });
}

/**
 * The request with a URL whose path is that of the target. Deno makes the URL of the `Host` header and the target as they stand, so
 * that `Host: a/dashboard?` would turn every path into `/dashboard`; where the header is no host, it is left out, as by Bun.
 */
export function withOwnPath(request: Request): Request {
  const host = request.headers.get("host") ?? "";
  if (!/[/\\?#@]/.test(host)) return request;
  const start = request.url.indexOf("//") + 2;
  // An absolute target has a host of its own.
  if (!request.url.startsWith(host, start)) return request;
  return new Request(`http://localhost${request.url.slice(start + host.length)}`, request);
}

/** A request to Deno's server. */
export class DenoRequest implements UpgradableRequest {
  readonly address: string;
  /** Deno gives the target as it was sent. */
  readonly isPathResolved = false;
  /** The answer that completes the handshake, once there is one; it MUST be returned from the server's handler. */
  response: Response | undefined;
  readonly #request: Request;
  readonly #services: DenoSocketServices;

  constructor(request: Request, address: string, services: DenoSocketServices) {
    this.#request = request;
    this.address = address;
    this.#services = services;
  }

  upgrade(handler: SocketHandler, cookies: readonly string[] = []): boolean {
    const { headers } = this.#request;
    // RFC 6455, 4.2.1: what Deno does not look at.
    if (headers.get("sec-websocket-version") !== "13") return false;
    if (!/^[+/0-9A-Za-z]{22}==$/.test(headers.get("sec-websocket-key") ?? "")) return false;
    let socket: DenoWebSocket;
    try {
      // Keepalive is the protocol's own (hub/connections/keepalive.ts).
      ({ socket, response: this.response } = Deno.upgradeWebSocket(this.#request, { idleTimeout: 0 }));
    } catch {
      // Deno throws for every header that makes this no handshake.
      return false;
    }
    // Reverb's own header, which some health checks look for.
    this.response.headers.set("X-Powered-By", "Laravel Reverb");
    for (const cookie of cookies) this.response.headers.append("Set-Cookie", cookie);
    new DenoSocket(socket, handler, this.#services);
    return true;
  }
}
