import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import type { RedisLink } from "../../redis/redis-link.ts";
import type { SharedReports } from "../departures/shared-reports.ts";
import type { Damage } from "../damage.ts";
import type { RedisKeys } from "../redis-keys.ts";
import { CLAIM } from "../redis-scripts.ts";
import { clearUpNode } from "./clear-up-node.ts";
import { type NodeLease, processOfNode } from "./node-lease.ts";

/** What clearing up needs of the rest of the cluster. */
export interface SurvivorParts {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly lease: NodeLease;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly counters: ClusterCounters;
  readonly damage: Pick<Damage, "reading" | "skipped">;
  readonly log: Log;
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Reports what a dead node cannot report any more. */
  readonly reports: SharedReports;
  /** Counts the times that Redis came and went: what was begun in an earlier period is over. */
  readonly period: () => number;
  /** Takes what Redis has refused, or that it has gone away, with the period in which that was begun. */
  readonly failed: (error: unknown, period: number) => void;
}

/** Clears up after nodes whose lease has ended, and after the earlier stays of this process. */
export class Survivor {
  readonly #parts: SurvivorParts;
  readonly #clearing = new Set<string>();
  /** Stays of this process that may have left something. */
  readonly #former = new Set<string>();

  constructor(parts: SurvivorParts) {
    this.#parts = parts;
  }

  /** Earlier stays of this process that may have left something. */
  get former(): readonly string[] {
    return [...this.#former];
  }

  /** This process has begun a stay. */
  entered(): void {
    this.#former.add(this.#parts.lease.id);
  }

  /** Clears up after earlier stays. Resolves with whether nothing is left of them. */
  async clearUpFormer(stays: readonly string[]): Promise<boolean> {
    const period = this.#parts.period();
    for (const stay of stays) if (period === this.#parts.period()) await this.#clearUp(stay);
    return !stays.some((stay) => this.#former.has(stay));
  }

  /** Clears up after another node, unless another survivor is about to. */
  async takeOver(node: string): Promise<void> {
    const { link, keys, lease } = this.#parts, period = this.#parts.period();
    try {
      // The claim expires, so that another survivor clears up when this one dies as well.
      const args = [lease.id, Math.ceil(2 * lease.interval)];
      const [answer] = await link.run([{ script: CLAIM, keys: [keys.clearing(node)], args }]);
      // Where Redis has no memory for the claim several survivors clear up, which does no harm.
      if (answer !== 0) await this.#clearUp(node);
    } catch (error) {
      this.#parts.failed(error, period);
    }
  }

  async #clearUp(node: string): Promise<void> {
    const { link, keys, lease, publish, counters, log, reports, damage } = this.#parts;
    const period = this.#parts.period();
    if (this.#clearing.has(node)) return;
    this.#clearing.add(node);
    try {
      const latest = lease.latestVersion(this.#parts.monotonic());
      const read = damage.reading(link), isOther = processOfNode(node) !== processOfNode(lease.id);
      const removed = await clearUpNode(read, keys, node, publish(), latest, reports, isOther);
      this.#former.delete(node);
      if (removed === undefined || !isOther) return;
      counters.nodesLost++;
      const sentence = `Node ${node} has not been heard of for too long and was cleared up after`;
      log.warning("node_lost", sentence, { users_removed: removed });
    } catch (error) {
      // The node is still listed, and found again with the next beat.
      this.#parts.failed(error, period);
    } finally {
      this.#clearing.delete(node);
    }
  }
}
