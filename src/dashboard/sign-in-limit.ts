import { isIPv6 } from "node:net";
import type { ClusterAttempts } from "../hub/cluster/cluster-attempts.ts";

/** Failed attempts that one address may make within a window. */
export const ATTEMPTS = 10;
/** Seconds from the first failed attempt until the address may try again. */
export const WINDOW_SECONDS = 300;
/** Addresses that are kept at most; the one that tried first is dropped first. */
const MAX_ADDRESSES = 10_000;
const SHARED_LIMIT = { attempts: ATTEMPTS, seconds: WINDOW_SECONDS, callers: MAX_ADDRESSES };

interface Attempts {
  count: number;
  readonly since: number;
}

/** What becomes of an attempt to sign in. */
export type SignInAttempt =
  /** The address has to wait for so many seconds. */
  | { readonly type: "refused"; readonly wait: number }
  /** It counts as failed until it is said to have succeeded. */
  | { readonly type: "counted"; readonly succeeded: () => void };

/**
 * Slows down the guessing of secrets: after too many attempts that have not succeeded an address has to wait. An attempt counts from
 * its beginning, so that many at once are no way around the limit; one that succeeds is taken back. In a cluster the nodes count
 * together, and each for itself as well: while the others are out of reach its own counts are all there is. The memory is bounded.
 */
export class SignInLimit {
  /** In the order of their first attempt. */
  readonly #attempts = new Map<string, Attempts>();
  readonly #now: () => number;
  readonly #shared: () => ClusterAttempts | undefined;

  /** `now` gives seconds; `shared` are the counts of all nodes, `undefined` while they cannot be had. */
  constructor(now: () => number, shared: () => ClusterAttempts | undefined) {
    this.#now = now;
    this.#shared = shared;
  }

  /** Begins an attempt of an address. This node has counted it when the call returns, before the promise resolves. */
  async begin(address: string): Promise<SignInAttempt> {
    const caller = network(address), own = this.#count(caller);
    if (own > 0) return { type: "refused", wait: own };
    const shared = this.#shared();
    const wait = await shared?.count(caller, SHARED_LIMIT).catch(alone) ?? 0;
    if (wait > 0) {
      this.#block(caller, wait);
      return { type: "refused", wait };
    }
    return {
      type: "counted",
      succeeded: () => {
        this.#takeBack(caller);
        void shared?.takeBack(caller).catch(alone);
      },
    };
  }

  /** Counts an attempt; answers with the seconds that the caller has to wait, 0 when it is counted. */
  #count(caller: string): number {
    const now = this.#now(), known = this.#attempts.get(caller);
    const left = known === undefined ? 0 : Math.ceil(known.since + WINDOW_SECONDS - now);
    if (known !== undefined && left > 0) {
      if (known.count >= ATTEMPTS) return left;
      known.count++;
      return 0;
    }
    this.#keep(caller, { count: 1, since: now });
    return 0;
  }

  /** The other nodes have counted as many as there may be: so the caller waits here as long as there. */
  #block(caller: string, wait: number): void {
    this.#keep(caller, { count: ATTEMPTS, since: this.#now() + wait - WINDOW_SECONDS });
  }

  #takeBack(caller: string): void {
    const known = this.#attempts.get(caller);
    if (known !== undefined && --known.count <= 0) this.#attempts.delete(caller);
  }

  #keep(caller: string, attempts: Attempts): void {
    this.#attempts.delete(caller);
    for (const [oldest, { since }] of this.#attempts) {
      if (this.#now() < since + WINDOW_SECONDS && this.#attempts.size < MAX_ADDRESSES) break;
      this.#attempts.delete(oldest);
    }
    this.#attempts.set(caller, attempts);
  }
}

/** Redis did not answer, which the cluster reports: this node decides by its own counts. */
function alone(): undefined {
  return undefined;
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
