import { BlockList, isIP } from "node:net";
import { UNIX_CALLER } from "../config/kinds/address-kind.ts";

/** A set of addresses: single ones, ranges (`10.0.0.0/8`), and `unix` for all callers through a Unix socket. */
export class AddressList {
  readonly #ranges = new BlockList();
  readonly #unix: boolean;

  /** `addresses` are as the kind `addressList` has checked them. */
  constructor(addresses: readonly string[]) {
    this.#unix = addresses.includes(UNIX_CALLER);
    for (const each of addresses) {
      if (each === UNIX_CALLER) continue;
      const [address = "", length] = each.split("/");
      const family = familyOf(address);
      if (length === undefined) this.#ranges.addAddress(address, family);
      else this.#ranges.addSubnet(address, Number(length), family);
    }
  }

  /** Whether an address is in it. An IPv4 address that is mapped to IPv6 counts as the IPv4 address; a text that is no address never is. */
  has(address: string): boolean {
    if (address === UNIX_CALLER) return this.#unix;
    const [bare = ""] = address.split("%");
    return isIP(bare) !== 0 && this.#ranges.check(bare, familyOf(bare));
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
