/**
 * The address under which one customer of a network provider reaches the server: an IPv4 address as it is, the first half of an IPv6
 * address, of which a customer has all that begin so. Anything else (the word for a Unix socket) stays as it is.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const behind = tail === "" ? 0 : tail.split(":").length;
    for (let missing = 8 - groups.length - behind; missing > 0; missing--) groups.push("0");
  }
  return `${groups.slice(0, 4).join(":")}::/64`;
}
