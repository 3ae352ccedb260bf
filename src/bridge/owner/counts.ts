import type { AttemptLimit } from "../../hub/cluster/cluster-attempts.ts";
import type { Asked, Handlers, Told } from "../calls.ts";
import type { Listeners } from "./listeners.ts";
import type { Peer } from "./peer.ts";
import type { Peers } from "./peers.ts";

/** Milliseconds in which one miss of a cache channel stands for those of all nodes. */
const MISS_WINDOW = 10_000;
const SECOND = 1000;

/** What counts need of the rest of the owner. */
export interface CountsParts {
  readonly listeners: Listeners;
  readonly peers: Peers;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Counts over all nodes: connections and their quotas, subscriptions, attempts, misses. */
export class Counts {
  readonly told: Pick<Handlers<Told, Peer>, "connections" | "subscriptions">;
  readonly asked: Pick<
    Handlers<Asked, Peer>,
    | ("count" | "admit" | "attempt" | "takeBack" | "miss")
    | ("connectionsElsewhere" | "channelsElsewhere" | "subscriptionsElsewhere")
  >;
  readonly #parts: CountsParts;
  /** Topic -> node -> subscriptions, where counts are announced or reported. */
  readonly #announced = new Map<string, Map<Peer, number>>();
  /** Caller -> attempts in a window and its beginning, in the order in which they began: of sign-ins, and of API calls. */
  readonly #attempts = new Map<string, Attempts>();
  readonly #calls = new Map<string, Attempts>();
  /** Topic -> the end of its window, in the order in which they end. */
  readonly #misses = new Map<string, number>();

  constructor(parts: CountsParts) {
    this.#parts = parts;
    this.told = {
      connections: (peer, applicationId, difference) =>
        void peer.connections.set(applicationId, (peer.connections.get(applicationId) ?? 0) + difference),
      subscriptions: (peer, applicationId, channel, subscriptions) => {
        const channels = peer.channels.get(applicationId) ?? new Map<string, number>();
        peer.channels.set(applicationId, channels);
        if (subscriptions === 0) channels.delete(channel);
        else channels.set(channel, subscriptions);
      },
    };
    this.asked = {
      count: (peer, topic, subscriptions) => this.#count(peer, topic, subscriptions),
      admit: (peer, applicationId, limit) => {
        if (this.#sum(undefined, (each) => each.connections.get(applicationId)) >= limit) return false;
        this.told.connections(peer, applicationId, 1);
        return true;
      },
      attempt: (_peer, caller, limit) => this.#attempt(caller, limit),
      takeBack: (_peer, caller) => {
        const attempts = this.#attempts.get(caller);
        if (attempts !== undefined && --attempts.count <= 0) this.#attempts.delete(caller);
        return null;
      },
      miss: (_peer, topic) => {
        if (this.#misses.has(topic)) return false;
        this.#misses.set(topic, parts.now() + MISS_WINDOW);
        return true;
      },
      connectionsElsewhere: (peer, applicationId) =>
        this.#sum(peer, (each) => each.connections.get(applicationId)),
      channelsElsewhere: (peer, applicationId) => {
        const sums = new Map<string, number>();
        for (const each of parts.peers.all()) {
          if (each === peer) continue;
          for (const [channel, count] of each.channels.get(applicationId) ?? []) {
            sums.set(channel, (sums.get(channel) ?? 0) + count);
          }
        }
        return [...sums];
      },
      subscriptionsElsewhere: (peer, applicationId, channel) =>
        this.#sum(peer, (each) => each.channels.get(applicationId)?.get(channel)),
    };
  }

  /** A node has gone: its counts end. */
  drop(peer: Peer): void {
    peer.connections.clear();
    peer.channels.clear();
    for (const [topic, counts] of this.#announced) {
      if (!counts.has(peer)) continue;
      const sum = this.#count(peer, topic, 0);
      this.#parts.peers.reporter()?.tell("recounted", topic, sum);
    }
  }

  /** Forgets what is too old. */
  sweep(): void {
    const now = this.#parts.now();
    for (const [topic, until] of this.#misses) {
      if (until > now) return;
      this.#misses.delete(topic);
    }
  }

  #sum(except: Peer | undefined, count: (peer: Peer) => number | undefined): number {
    let sum = 0;
    for (const peer of this.#parts.peers.all()) if (peer !== except) sum += count(peer) ?? 0;
    return sum;
  }

  #count(peer: Peer, topic: string, subscriptions: number): number {
    const counts = this.#announced.get(topic) ?? new Map<Peer, number>();
    if (subscriptions === 0) counts.delete(peer);
    else counts.set(peer, subscriptions);
    if (counts.size === 0) this.#announced.delete(topic);
    else this.#announced.set(topic, counts);
    const sum = [...counts.values()].reduce((one, other) => one + other, 0);
    this.#parts.listeners.tell(topic, "counted", topic, sum);
    return sum;
  }

  #attempt(caller: string, { attempts, seconds, callers, of }: AttemptLimit): number {
    const now = this.#parts.now(), all = of === "calls" ? this.#calls : this.#attempts;
    for (const [each, { since }] of all) {
      if (now - since >= seconds * SECOND) all.delete(each);
    }
    const known = all.get(caller);
    if (known !== undefined && known.count >= attempts) return seconds - (now - known.since) / SECOND;
    if (known !== undefined) known.count++;
    else all.set(caller, { count: 1, since: now });
    for (const oldest of all.keys()) {
      if (all.size <= callers) break;
      all.delete(oldest);
    }
    return 0;
  }
}

/** The attempts of one caller in its window, which began then. */
interface Attempts {
  count: number;
  readonly since: number;
}
