import { BlockList, isIP } from "node:net";
import { UNIX_CALLER } from "../config/kinds/address-kind.ts";
import type { SocketHandler, UpgradableRequest } from "../hub/connections/socket.ts";

/**
 * The proxies whose `X-Forwarded-For` is believed. From all other callers the header is ignored, since any client can write it.
 */
export class TrustedProxies {
  readonly #ranges = new BlockList();
  readonly #unix: boolean;
  readonly #none: boolean;

  /** `proxies` are addresses, ranges (`10.0.0.0/8`) and `unix`; the setting `trusted_proxies` has checked them. */
  constructor(proxies: readonly string[]) {
    this.#none = proxies.length === 0;
    this.#unix = proxies.includes(UNIX_CALLER);
    for (const proxy of proxies) {
      if (proxy === UNIX_CALLER) continue;
      const [address = "", length] = proxy.split("/");
      const family = familyOf(address);
      if (length === undefined) this.#ranges.addAddress(address, family);
      else this.#ranges.addSubnet(address, Number(length), family);
    }
  }

  /**
   * The client of a request: read from the right, the first address in `X-Forwarded-For` that is not a trusted proxy, since each
   * proxy appends the address that it saw. Entries left of it may be forged. An entry that is not an address ends the search.
   */
  clientOf(caller: string, forwardedFor: string | null): string {
    if (forwardedFor === null) return caller;
    const hops = forwardedFor.split(",");
    let client = caller;
    while (this.#trusts(client)) {
      const hop = addressOf(hops.pop());
      if (hop === undefined) break;
      client = hop;
    }
    return client;
  }

  /** Whether a caller is a trusted proxy and says that its client used https (`X-Forwarded-Proto`). */
  saysHttps(caller: string, forwardedProto: string | null): boolean {
    // Several proxies may each have appended a word; the last one is the caller's.
    return forwardedProto?.split(",").at(-1)?.trim().toLowerCase() === "https" && this.#trusts(caller);
  }

  /** The same request, with the address of the client in place of the proxy's. */
  see(request: Request, upgradable: UpgradableRequest): UpgradableRequest {
    return this.#none ? upgradable : new ForwardedRequest(this, request, upgradable);
  }

  #trusts(address: string): boolean {
    if (address === UNIX_CALLER) return this.#unix;
    const [bare = ""] = address.split("%");
    return isIP(bare) !== 0 && this.#ranges.check(bare, familyOf(bare));
  }
}

/** A request that may have come through proxies. The address is found when it is read, which most calls never do. */
class ForwardedRequest implements UpgradableRequest {
  readonly #proxies: TrustedProxies;
  readonly #request: Request;
  readonly #upgradable: UpgradableRequest;

  constructor(proxies: TrustedProxies, request: Request, upgradable: UpgradableRequest) {
    this.#proxies = proxies;
    this.#request = request;
    this.#upgradable = upgradable;
  }

  get address(): string {
    return this.#proxies.clientOf(this.#upgradable.address, this.#request.headers.get("x-forwarded-for"));
  }

  get cameByHttps(): boolean {
    return this.#proxies.saysHttps(this.#upgradable.address, this.#request.headers.get("x-forwarded-proto"));
  }

  upgrade(handler: SocketHandler): boolean {
    return this.#upgradable.upgrade(handler);
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** One entry of the header as an address: without brackets and port, and an IPv4 address that is mapped to IPv6 as IPv4. */
function addressOf(entry: string | undefined): string | undefined {
  const text = entry?.trim() ?? "";
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  // A zone (fe80::1%eth0) has a meaning on its own machine only, and can be any text.
  return isIP(address) === 0 || address.includes("%") ? undefined : address;
}
