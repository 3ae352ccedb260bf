import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

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

/** Whether an IP address is this machine's own, of a private network, or no single machine's at all. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  // An IPv4 address in IPv6 clothes is judged as what it is.
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain) ?? [];
  if (mapped !== undefined) return isPrivateAddress(mapped);
  if (/^::ffff:/i.test(plain)) return true;
  return blocked.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

/** A private address that a URL's host has, among all that it has; `undefined` when there is none. Rejects when it has no address. */
export async function privateAddressOf(url: string): Promise<string | undefined> {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = isIP(host) === 0 ? await lookup(host, { all: true }) : [{ address: host }];
  return addresses.find(({ address }) => isPrivateAddress(address))?.address;
}
