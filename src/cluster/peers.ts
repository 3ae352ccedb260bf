import type { ClusterCounters } from "../monitoring/cluster-counters.ts";
import { type KnownNode, processOfNode, stayOfNode } from "./node-lease.ts";

/** Milliseconds for which the others are waited for after Redis was started anew. */
const RETURN = 2000;

/** The other nodes that are alive, one a process. */
export class Peers {
  readonly #ownProcess: string;
  readonly #counters: ClusterCounters;
  readonly #nodes = new Map<string, KnownNode>();
  /** Processes that have not come back since Redis was started anew. */
  readonly #missing = new Set<string>();
  /** Processes that have come or gone since Redis was asked who is alive. */
  readonly #news = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #complete: (() => void) | undefined;

  constructor(ownProcess: string, counters: ClusterCounters) {
    this.#ownProcess = ownProcess;
    this.#counters = counters;
  }

  ids(): string[] {
    return Array.from(this.#nodes.values(), ({ id }) => id);
  }

  nodes(): readonly KnownNode[] {
    return [...this.#nodes.values()];
  }

  /** Redis is asked who is alive. */
  look(): void {
    this.#news.clear();
  }

  /** Everyone who was alive when Redis answered, this node perhaps among them; who has come or gone since is known better. */
  see(alive: readonly KnownNode[]): void {
    const present = new Set(alive.map(({ id }) => processOfNode(id)));
    for (const node of alive) if (!this.#news.has(processOfNode(node.id))) this.meet(node);
    for (const [process, { id }] of [...this.#nodes]) {
      if (!present.has(process) && !this.#news.has(process)) this.part(id);
    }
  }

  /** A node has shown itself. */
  meet(node: KnownNode): void {
    const process = processOfNode(node.id), known = this.#nodes.get(process);
    if (process === this.#ownProcess) return;
    // Of two stays of one process the later counts.
    if (known !== undefined && stayOfNode(known.id) > stayOfNode(node.id)) return;
    this.#news.add(process);
    this.#nodes.set(process, node);
    this.#changed();
    if (known?.id !== node.id) this.#returned(process);
  }

  /** A node has left. */
  part(id: string): void {
    const process = processOfNode(id);
    if (this.#nodes.get(process)?.id !== id) return;
    this.#news.add(process);
    this.#nodes.delete(process);
    this.#changed();
    this.#returned(process);
  }

  /**
   * Calls back when everyone who was there has entered the cluster again, or is gone, or has had 2 s to do so: nobody listens at
   * a Redis that was started anew before. An earlier wait is over.
   */
  whenReturned(complete: () => void): void {
    this.stopWaiting();
    if (this.#nodes.size === 0) return complete();
    for (const process of this.#nodes.keys()) this.#missing.add(process);
    this.#complete = complete;
    this.#timer = setTimeout(() => this.#conclude(), RETURN);
  }

  /** Nobody is waited for any more. */
  stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#missing.clear();
    this.#complete = undefined;
  }

  #returned(process: string): void {
    if (this.#missing.delete(process) && this.#missing.size === 0) this.#conclude();
  }

  #conclude(): void {
    const complete = this.#complete;
    this.stopWaiting();
    complete?.();
  }

  #changed(): void {
    this.#counters.nodes = this.#nodes.size + 1;
  }
}
