import type { LookupOptions } from "node:dns";
import { lookup } from "node:dns/promises";
import { BlockList, isIP, type LookupFunction } from "node:net";

const PRIVATE_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

const PRIVATE_IPV6 = [
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  // Teredo and 6to4 lead to any IPv4 address.
  "2001::/32",
  "2001:db8::/32",
  "2002::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
];

const blocked = new BlockList();
for (const [type, ranges] of [["ipv4", PRIVATE_IPV4], ["ipv6", PRIVATE_IPV6]] as const) {
  for (const range of ranges) {
    const [address = "", length] = range.split("/");
    blocked.addSubnet(address, Number(length), type);
  }
}

/** Whether an IP address is of this machine, of a private network, or of no single machine (broadcast, documentation). */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  // An IPv4 address that is written as an IPv6 one.
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain) ?? [];
  if (mapped !== undefined) return isPrivateAddress(mapped);
  if (/^::ffff:/i.test(plain)) return true;
  return blocked.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

/** A host has a private address, so nothing may be sent to it. */
export class PrivateAddress extends Error {
  override name = "PrivateAddress";
  readonly address: string;

  constructor(address: string) {
    super(`the address ${address} is private`);
    this.address = address;
  }
}

/** Throws a PrivateAddress when the host of a URL is a private IP address, in any notation. A host name passes. */
export function refusePrivateHost(url: string): void {
  const host = hostOf(url);
  if (isIP(host) !== 0) publicOnly([{ address: host }]);
}

/** Looks up the addresses for a connection. A host of which any address is private is refused with a PrivateAddress. */
export function lookUpPublic(
  host: string,
  { all }: LookupOptions,
  callback: Parameters<LookupFunction>[2],
): void {
  lookup(host, { all: true }).then(publicOnly).then((addresses) => {
    if (all === true) return callback(null, addresses);
    const { address, family } = addresses[0]!;
    callback(null, address, family);
  }, (error: Error) => callback(error, []));
}

/** Rejects with a PrivateAddress when any address of a URL's host is private, and with the system's error when the host is unknown. */
export async function refusePrivateAddresses(url: string): Promise<void> {
  refusePrivateHost(url);
  const host = hostOf(url);
  if (isIP(host) === 0) publicOnly(await lookup(host, { all: true }));
}

function publicOnly<T extends { readonly address: string }>(addresses: readonly T[]): T[] {
  const found = addresses.find(({ address }) => isPrivateAddress(address));
  if (found !== undefined) throw new PrivateAddress(found.address);
  return [...addresses];
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}
