import { isIP } from "node:net";
import { AddressList } from "./address-list.ts";
import type { Caller, SocketHandler, UpgradableRequest } from "../hub/connections/socket.ts";

/**
 * The proxies whose `X-Forwarded-For` is believed. From all other callers the header is ignored, since any client can write it.
 */
export class TrustedProxies {
  readonly #proxies: AddressList;
  readonly #none: boolean;

  /** `proxies` are those of the setting `trusted_proxies`. */
  constructor(proxies: readonly string[]) {
    this.#none = proxies.length === 0;
    this.#proxies = new AddressList(proxies);
  }

  /**
   * The client of a request: read from the right, the first address in `X-Forwarded-For` that is not a trusted proxy, since each
   * proxy appends the address that it saw. Entries left of it may be forged. An entry that is not an address ends the search.
   */
  clientOf(caller: string, forwardedFor: string | null): string {
    if (forwardedFor === null) return caller;
    const hops = forwardedFor.split(",");
    let client = caller;
    while (this.#proxies.has(client)) {
      const hop = addressOf(hops.pop());
      if (hop === undefined) break;
      client = hop;
    }
    return client;
  }

  /** Whether a caller is a trusted proxy and says that its client used https (`X-Forwarded-Proto`). */
  saysHttps(caller: string, forwardedProto: string | null): boolean {
    // Several proxies may each have appended a word; the last one is the caller's.
    return forwardedProto?.split(",").at(-1)?.trim().toLowerCase() === "https" && this.#proxies.has(caller);
  }

  /** The same caller, with the address of the client in place of the proxy's. */
  seeCaller(request: Request, caller: Caller): Caller {
    return this.#none ? caller : new ForwardedCaller(this, request, caller);
  }

  /** As {@link seeCaller}, for a request that can become a WebSocket. */
  see(request: Request, upgradable: UpgradableRequest): UpgradableRequest {
    return this.#none ? upgradable : new ForwardedRequest(this, request, upgradable);
  }
}

/** A caller that may have come through proxies. The address is found when it is read, which most calls never do. */
class ForwardedCaller implements Caller {
  readonly #proxies: TrustedProxies;
  readonly #request: Request;
  readonly #caller: Caller;

  constructor(proxies: TrustedProxies, request: Request, caller: Caller) {
    this.#proxies = proxies;
    this.#request = request;
    this.#caller = caller;
  }

  get address(): string {
    return this.#proxies.clientOf(this.#caller.address, this.#request.headers.get("x-forwarded-for"));
  }

  refused(): boolean {
    return this.#caller.refused?.() === true;
  }

  get cameByHttps(): boolean {
    return this.#proxies.saysHttps(this.#caller.address, this.#request.headers.get("x-forwarded-proto"));
  }
}

class ForwardedRequest extends ForwardedCaller implements UpgradableRequest {
  readonly #upgradable: UpgradableRequest;

  constructor(proxies: TrustedProxies, request: Request, upgradable: UpgradableRequest) {
    super(proxies, request, upgradable);
    this.#upgradable = upgradable;
  }

  get isPathResolved(): boolean {
    return this.#upgradable.isPathResolved;
  }

  upgrade(handler: SocketHandler, cookies?: readonly string[]): boolean {
    return this.#upgradable.upgrade(handler, cookies);
  }
}

/** One entry of the header as an address: without brackets and port, and an IPv4 address that is mapped to IPv6 as IPv4. */
function addressOf(entry: string | undefined): string | undefined {
  const text = entry?.trim() ?? "";
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  // A zone (fe80::1%eth0) has a meaning on its own machine only, and can be any text.
  return isIP(address) === 0 || address.includes("%") ? undefined : address;
}
