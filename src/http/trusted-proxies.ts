import { BlockList, isIP } from "node:net";
import { UNIX_CALLER } from "../config/kinds/address-kind.ts";
import type { SocketHandler, UpgradableRequest } from "../hub/connections/socket.ts";

/**
 * The proxies that are believed when they say whom they speak for. Nobody else is: `X-Forwarded-For` is a header that any client
 * can write.
 */
export class TrustedProxies {
  readonly #ranges = new BlockList();
  readonly #unix: boolean;
  readonly #none: boolean;

  /** `proxies` are addresses, ranges (`10.0.0.0/8`) and `unix`, as the setting `trusted_proxies` has checked them. */
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
   * Whom a caller speaks for: from the right, the first address of `X-Forwarded-For` that is not a proxy of ours, since every
   * proxy has added the one that it saw. What stands left of that, or behind something that is no address, is hearsay.
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

  /** Whether a caller is a proxy of ours and says that its client came by https (`X-Forwarded-Proto`). */
  saysHttps(caller: string, forwardedProto: string | null): boolean {
    // Several proxies may each have added a word; the last one is that of the proxy that called.
    return forwardedProto?.split(",").at(-1)?.trim().toLowerCase() === "https" && this.#trusts(caller);
  }

  /** The same request, with the address of the client that it is made for. */
  see(request: Request, upgradable: UpgradableRequest): UpgradableRequest {
    return this.#none ? upgradable : new ForwardedRequest(this, request, upgradable);
  }

  #trusts(address: string): boolean {
    if (address === UNIX_CALLER) return this.#unix;
    const [bare = ""] = address.split("%");
    return isIP(bare) !== 0 && this.#ranges.check(bare, familyOf(bare));
  }
}

/** A request that may have come through proxies. The address is looked up when it is asked for: most calls never ask. */
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

/** One entry of the header as an address: without brackets and port, and an IPv4 address in IPv6 clothes as what it is. */
function addressOf(entry: string | undefined): string | undefined {
  const text = entry?.trim() ?? "";
  const bare = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;
  const address = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
  // A zone (fe80::1%eth0) means something on its own machine only, and may hold any text.
  return isIP(address) === 0 || address.includes("%") ? undefined : address;
}
