import { type RedisCommand, type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { BEAT, LIST } from "./lease-scripts.ts";
import { type NodeDescription, parseDescription } from "./node-description.ts";

/** A node of the cluster as Redis knows it. */
export interface KnownNode {
  /** Id of one stay in the cluster: process, dot, number of the stay. */
  readonly id: string;
  readonly description: NodeDescription | undefined;
}

/** What a beat answers. */
export interface Beat {
  /** Whether this node's lease had not ended. */
  readonly wasHeld: boolean;
  readonly alive: readonly KnownNode[];
  /** Nodes whose lease has ended. */
  readonly dead: readonly string[];
  /** Entries that cannot be read, and were taken away or skipped. */
  readonly unreadable: number;
  /** Whether the list of leases, or that of descriptions, was begun anew, because it could not be read. */
  readonly isBegunAnew: boolean;
}

/** Milliseconds that a version may be ahead of Redis's clock. */
const MOST_AHEAD = 60_000;

/** Beats in one lease. In Redis the lease is one beat shorter, so that the others notice within a lease's time that a node is dead. */
const BEATS_PER_LEASE = 5;

/**
 * This node's proof of life in Redis, and the list of the others. To the others a node whose lease has ended is dead. When its process
 * goes on after all (it was frozen, or cut off for long), it enters as a new node with a new id: a new stay. So nothing that the earlier
 * stay has left is taken for its own.
 */
export class NodeLease {
  readonly #link: RedisLink;
  readonly #keys: RedisKeys;
  readonly #describe: () => NodeDescription;
  readonly #leaseMilliseconds: number;
  /** Names the process among all nodes. */
  readonly #process: string;
  #stay = 0;
  #lastBeatAt = 0;
  /** Milliseconds of Redis's clock at the last beat. */
  #redisTime: number | undefined;

  constructor(
    link: RedisLink,
    keys: RedisKeys,
    processId: string,
    leaseSeconds: number,
    describe: () => NodeDescription,
  ) {
    this.#link = link;
    this.#keys = keys;
    this.#process = processId;
    this.#leaseMilliseconds = leaseSeconds * 1000;
    this.#describe = describe;
  }

  /** This node's id in the cluster. */
  get id(): string {
    return `${this.#process}.${this.#stay}`;
  }

  /** Milliseconds between two beats. */
  get interval(): number {
    return this.#leaseMilliseconds / BEATS_PER_LEASE;
  }

  /** Begins a new stay. */
  renew(): void {
    this.#stay++;
  }

  /**
   * Whether the lease may have ended unnoticed, because this process stood still. Then nothing that changes shared state may be sent.
   * `now` in milliseconds that only grow.
   */
  mayHaveEnded(now: number): boolean {
    return now - this.#lastBeatAt > this.#leaseMilliseconds * 0.7;
  }

  /**
   * The highest version that there can be (redis-scripts.ts): a minute after Redis's own clock, since the clocks of the servers of a
   * Redis Cluster differ. `now` as in `mayHaveEnded`.
   */
  latestVersion(now: number): number {
    if (this.#redisTime === undefined) return Number.MAX_SAFE_INTEGER;
    return Math.floor((this.#redisTime + now - this.#lastBeatAt + MOST_AHEAD) * 1000);
  }

  /**
   * The command that gives an earlier stay a lease once more: the parts list again what it may have left, and another node clears up
   * after it when this process dies before it has done that itself. After the first beat; `now` as in `mayHaveEnded`.
   */
  keepListed(stay: string, now: number): RedisCommand {
    const ends = (this.#redisTime ?? 0) + now - this.#lastBeatAt + this.#leaseMilliseconds;
    return ["ZADD", this.#keys.leases, Math.floor(ends), stay];
  }

  /** Renews the lease. Rejects when Redis is away or refuses. `now` as in `mayHaveEnded`. */
  async beat(now: number): Promise<Beat> {
    const keys = [this.#keys.leases, this.#keys.nodes];
    const milliseconds = this.#leaseMilliseconds - this.interval;
    const args = [this.id, milliseconds, JSON.stringify(this.#describe())];
    const [answer] = await runAll(this.#link, [{ script: BEAT, keys, args }]);
    this.#lastBeatAt = now;
    const [held, time, leases, nodes, unsound, begunAnew] = answer as [
      number,
      string,
      string[],
      string[],
      number,
      number,
    ];
    this.#redisTime = Number(time);
    const { alive, dead, unreadable } = sortOut(Number(time), leases, nodes);
    const counts = { unreadable: unreadable + unsound, isBegunAnew: begunAnew === 1 };
    return { wasHeld: held === 1, alive, dead, ...counts };
  }
}

/** The nodes that are alive, for a process that is none of them. Rejects when Redis is away or refuses. */
export async function readNodes(link: RedisLink, keys: RedisKeys): Promise<readonly KnownNode[]> {
  const [answer] = await runAll(link, [{ script: LIST, keys: [keys.leases, keys.nodes], args: [] }]);
  const [time, leases, nodes] = answer as [string, string[], string[]];
  return sortOut(Number(time), leases, nodes).alive;
}

/** `now` and the ends of the leases in milliseconds of Redis's clock. */
function sortOut(
  now: number,
  leases: readonly string[],
  nodes: readonly string[],
): Pick<Beat, "alive" | "dead" | "unreadable"> {
  const descriptions = new Map<string, NodeDescription>();
  let unreadable = 0;
  for (let index = 0; index < nodes.length; index += 2) {
    const description = parseDescription(nodes[index + 1]!);
    if (description === undefined) unreadable++;
    else descriptions.set(nodes[index]!, description);
  }
  const alive: KnownNode[] = [], dead: string[] = [];
  for (let index = 0; index < leases.length; index += 2) {
    const id = leases[index]!;
    if (Number(leases[index + 1]) < now) dead.push(id);
    else alive.push({ id, description: descriptions.get(id) });
  }
  return { alive, dead, unreadable };
}

/** Whether a text has the form of a node id: process, dot, number of the stay. */
export function isNodeId(text: string): boolean {
  return text.length <= 64 && /^[a-z\d]+\.\d+$/i.test(text);
}

/** The process that a node id names: the same for all its stays. */
export function processOfNode(id: string): string {
  return id.slice(0, id.lastIndexOf("."));
}

/** Which of its process's stays a node id stands for. */
export function stayOfNode(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}
