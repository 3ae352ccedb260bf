import { isIPv6 } from "node:net";

/** Failed attempts that one address may make within a window. */
export const ATTEMPTS = 10;
/** Seconds from the first failed attempt until the address may try again. */
export const WINDOW_SECONDS = 300;
/** Addresses that are kept at most; the one that failed first is dropped first. */
const MAX_ADDRESSES = 10_000;

interface FailedAttempts {
  count: number;
  readonly since: number;
}

/** Slows down the guessing of secrets: after too many failed attempts an address has to wait. Its memory is bounded. */
export class SignInLimit {
  /** In the order of their first failed attempt. */
  readonly #failed = new Map<string, FailedAttempts>();
  readonly #now: () => number;

  /** `now` gives seconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds that an address still has to wait; 0 when it may try. */
  wait(address: string): number {
    const failed = this.#failed.get(network(address));
    if (failed === undefined) return 0;
    const left = Math.ceil(failed.since + WINDOW_SECONDS - this.#now());
    return failed.count < ATTEMPTS || left <= 0 ? 0 : left;
  }

  /** Counts a failed attempt. */
  failed(address: string): void {
    const now = this.#now(), key = network(address);
    for (const [oldest, { since }] of this.#failed) {
      if (now < since + WINDOW_SECONDS && this.#failed.size < MAX_ADDRESSES) break;
      this.#failed.delete(oldest);
    }
    const known = this.#failed.get(key);
    if (known === undefined || now >= known.since + WINDOW_SECONDS) {
      this.#failed.delete(key);
      this.#failed.set(key, { count: 1, since: now });
    } else {
      known.count++;
    }
  }
}

/** What counts as one address: for IPv6 its /64 network, since a client usually has all of it. */
function network(address: string): string {
  const [bare = ""] = address.split("%");
  // A server that listens on IPv6 sees IPv4 clients as ::ffff:a.b.c.d, all in one /64.
  const plain = /^::ffff:([\d.]+)$/i.exec(bare)?.[1];
  if (plain !== undefined || !isIPv6(bare)) return plain ?? address;
  const [head = "", tail] = bare.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const after = tail === "" ? [] : tail.split(":");
    // A dotted IPv4 address at the end stands for two groups.
    const length = after.length + (tail.includes(".") ? 1 : 0);
    while (groups.length + length < 8) groups.push("0");
    groups.push(...after);
  }
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "").toLowerCase()).join(":");
}
