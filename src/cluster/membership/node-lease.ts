import type { ActivityTotals } from "../../monitoring/activity-totals.ts";
import { type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { BEAT, LIST } from "../redis-scripts.ts";

/** How a node describes itself to the others. */
export interface NodeDescription {
  /** Name of the machine. */
  readonly host: string;
  readonly pid: number;
  /** Where it listens: address and port, or the path of a Unix socket. */
  readonly address: string;
  /** It has begun to stop. */
  readonly isDraining: boolean;
  /** Connections by application. */
  readonly connections: Readonly<Record<string, number>>;
  /** What has happened by application, without those where nothing has; absent from nodes of earlier versions. */
  readonly activity?: Readonly<Record<string, ActivityTotals>> | undefined;
  /** When this was written: Unix time in milliseconds. */
  readonly at?: number | undefined;
  /** Its number among its parent's workers, where it is one. */
  readonly worker?: number | undefined;
  /** Process id of the parent. */
  readonly parent?: number | undefined;
  readonly version: string;
  /** Unix time in milliseconds at which the process started. */
  readonly startedAt: number;
}

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
}

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

  /** Renews the lease. Rejects when Redis is away or refuses. `now` as in `mayHaveEnded`. */
  async beat(now: number): Promise<Beat> {
    const keys = [this.#keys.leases, this.#keys.nodes];
    const milliseconds = this.#leaseMilliseconds - this.interval;
    const args = [this.id, milliseconds, JSON.stringify(this.#describe())];
    const [answer] = await runAll(this.#link, [{ script: BEAT, keys, args }]);
    this.#lastBeatAt = now;
    const [held, time, leases, nodes] = answer as [number, string, string[], string[]];
    return { wasHeld: held === 1, ...sortOut(Number(time), leases, nodes) };
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
): Pick<Beat, "alive" | "dead"> {
  const descriptions = new Map<string, NodeDescription>();
  for (let index = 0; index < nodes.length; index += 2) {
    descriptions.set(nodes[index]!, JSON.parse(nodes[index + 1]!) as NodeDescription);
  }
  const alive: KnownNode[] = [], dead: string[] = [];
  for (let index = 0; index < leases.length; index += 2) {
    const id = leases[index]!;
    if (Number(leases[index + 1]) < now) dead.push(id);
    else alive.push({ id, description: descriptions.get(id) });
  }
  return { alive, dead };
}

/** The process that a node id names: the same for all its stays. */
export function processOfNode(id: string): string {
  return id.slice(0, id.lastIndexOf("."));
}

/** Which of its process's stays a node id stands for. */
export function stayOfNode(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}
