import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import { type KnownNode, processOfNode, stayOfNode } from "./node-lease.ts";

/** The other nodes that are alive: of each process its latest stay. */
export class Peers {
  readonly #ownProcess: string;
  readonly #counters: ClusterCounters;
  readonly #nodes = new Map<string, KnownNode>();
  /** Processes that have entered or left since Redis was asked for the list. */
  readonly #news = new Set<string>();

  constructor(ownProcess: string, counters: ClusterCounters) {
    this.#ownProcess = ownProcess;
    this.#counters = counters;
  }

  ids(): string[] {
    return Array.from(this.#nodes.values(), ({ id }) => id);
  }

  /** The processes of the nodes. */
  processes(): string[] {
    return [...this.#nodes.keys()];
  }

  nodes(): readonly KnownNode[] {
    return [...this.#nodes.values()];
  }

  /** Redis is asked for the list of nodes. */
  look(): void {
    this.#news.clear();
  }

  /** The nodes that were alive when Redis answered, perhaps this one among them. What is known of a node that has entered or left since is newer, and stays. */
  see(alive: readonly KnownNode[], knowsAll = true): void {
    const present = new Set(alive.map(({ id }) => processOfNode(id)));
    for (const node of alive) if (!this.#news.has(processOfNode(node.id))) this.#meet(node);
    // Redis may have lost its data, so that nodes are missing in it.
    if (!knowsAll) return;
    for (const [process, { id }] of [...this.#nodes]) {
      if (!present.has(process) && !this.#news.has(process)) this.#part(id);
    }
  }

  /** A node has entered. */
  meet(node: KnownNode): void {
    this.#news.add(processOfNode(node.id));
    this.#meet(node);
  }

  /** A node has left. */
  part(id: string): void {
    this.#news.add(processOfNode(id));
    this.#part(id);
  }

  #meet(node: KnownNode): void {
    const process = processOfNode(node.id), known = this.#nodes.get(process);
    if (process === this.#ownProcess) return;
    // Of two stays of one process the later counts.
    if (known !== undefined && stayOfNode(known.id) > stayOfNode(node.id)) return;
    this.#nodes.set(process, node);
    this.#changed();
  }

  #part(id: string): void {
    const process = processOfNode(id);
    if (this.#nodes.get(process)?.id !== id) return;
    this.#nodes.delete(process);
    this.#changed();
  }

  #changed(): void {
    this.#counters.nodes = this.#nodes.size + 1;
  }
}
