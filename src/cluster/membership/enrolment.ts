import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import { errorMessage } from "../../failures/error-reason.ts";
import { LinkDown, type RedisLink, runAll } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import type { SharedReports } from "../departures/shared-reports.ts";
import { clearUpNode } from "./clear-up-node.ts";
import type { ControlMessage } from "./control-message.ts";
import { type NodeDescription, type NodeLease, processOfNode } from "./node-lease.ts";
import type { OutageReport } from "./outage-report.ts";
import type { Peers } from "./peers.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** What enrolment needs of the rest of the cluster. */
export interface EnrolmentParts {
  readonly link: RedisLink;
  readonly batch: CommandBatch;
  readonly keys: RedisKeys;
  readonly lease: NodeLease;
  readonly peers: Peers;
  readonly counters: ClusterCounters;
  readonly log: Log;
  readonly outages: OutageReport;
  readonly describe: () => NodeDescription;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Reports what a dead node cannot report any more. */
  readonly reports: SharedReports;
  /** Listens to all topics of this node. Rejects when Redis is away or refuses. */
  readonly listen: () => Promise<void>;
  /** This node is enrolled: all that it has is written to Redis. `former` are stays that have not been cleared up. */
  readonly entered: (former: readonly string[]) => void;
  /** This node is enrolled no more: it decides alone. */
  readonly left: () => void;
}

/** Milliseconds that the other nodes have to come back after Redis did. */
const GRACE = 3000;

/**
 * This node's place among the others: it enters with a lease, renews it with each beat, clears up after nodes whose lease has ended,
 * and finds out when its own has. Every entry is a new stay with a new id, so that nothing that an earlier stay has left (after an
 * outage, a refused command, or a time in which the process stood still) is taken for its own. The earlier stay is cleared up after
 * the entry, so that users that are still here are not announced as removed.
 */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  /** Counts the times that Redis came and went: what was begun in an earlier period is over. */
  #period = 0;
  #isUp = false;
  #isEnrolled = false;
  /** The period in which an entry is under way. */
  #entering: number | undefined;
  readonly #clearing = new Set<string>();
  /** Millisecond from which on nodes without a lease count as dead. */
  #clearsUpFrom = 0;
  /** Earlier stays of this process that may have left something. */
  readonly #former = new Set<string>();

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  get isEnrolled(): boolean {
    return this.#isEnrolled;
  }

  /** Redis is there. Resolves when this node has entered, or could not. */
  async begin(): Promise<void> {
    this.#period++;
    this.#isUp = true;
    this.#clearsUpFrom = this.#parts.monotonic() + GRACE;
    await this.#enter();
  }

  /** Redis is away, or this node stops. */
  end(): void {
    this.#period++;
    this.#isUp = false;
    this.#unenrol();
  }

  /** Redis answers, but refuses what this node writes: the node goes on alone and tries again with the next beat. */
  refused(error: unknown): void {
    this.#unenrol();
    this.#parts.outages.refused(errorMessage(error));
  }

  /** Whether this node's lease still holds, so that it may write. A process that stood still finds out here, before it writes. */
  mayWrite(): boolean {
    if (!this.#isEnrolled || !this.#parts.lease.mayHaveEnded(this.#parts.monotonic())) return true;
    this.#lapse();
    return false;
  }

  /** Renews the lease, or tries again to enter; called five times in a lease. */
  async beat(): Promise<void> {
    if (!this.#isUp) return;
    if (!this.#isEnrolled) return await this.#enter();
    const { monotonic, counters, lease, peers } = this.#parts, period = this.#period, start = monotonic();
    if (!this.mayWrite()) return;
    peers.look();
    try {
      const beat = await lease.beat(start);
      counters.observeRoundTrip((monotonic() - start) / 1000);
      if (period !== this.#period || !this.#isEnrolled) return;
      if (!beat.wasHeld) return this.#lapse();
      peers.see(beat.alive);
      // Redis was away for all nodes: one whose lease has ended by that could not renew it.
      if (start < this.#clearsUpFrom) return;
      for (const node of beat.dead) void this.#takeOver(node);
    } catch (error) {
      this.#failed(error, period);
    }
  }

  /** Leaves for good: the others forget this node at once. Rejects when Redis goes away meanwhile. */
  async leave(): Promise<void> {
    const { link, batch, keys, lease, publish } = this.#parts;
    await batch.send();
    if (!this.#isEnrolled) return;
    // Nothing may be written from here on: what is written after the clearing would stay for ever.
    this.#unenrol();
    await clearUpNode(link, keys, lease.id, publish());
    this.#send({ type: "bye", node: lease.id });
    await batch.send();
  }

  async #enter(): Promise<void> {
    const period = this.#period;
    if (this.#entering === period) return;
    this.#entering = period;
    const { lease, monotonic, counters, outages, reports, entered, peers, batch, describe, listen } =
      this.#parts;
    try {
      lease.renew();
      peers.look();
      // A node that may not listen or publish must not enter: it would wait in vain for messages, its own included.
      await listen();
      await this.#sendNow({ type: "present", node: lease.id });
      const beat = await lease.beat(monotonic());
      if (period !== this.#period) return;
      this.#isEnrolled = true;
      counters.reconciliations++;
      const former = [...this.#former];
      entered(former);
      this.#former.add(lease.id);
      peers.see(beat.alive);
      this.#send({ type: "hello", node: lease.id, description: describe() });
      await batch.send();
      // Redis may have refused what this stay has written: then the former stay still stands for this node.
      if (period !== this.#period || !this.#isEnrolled) return;
      outages.enrolled();
      for (const stay of former) if (period === this.#period) await this.#clearUp(stay);
      if (!former.some((stay) => this.#former.has(stay))) reports.cleared();
    } catch (error) {
      this.#failed(error, period);
    } finally {
      if (this.#entering === period) this.#entering = undefined;
    }
  }

  #unenrol(): void {
    this.#isEnrolled = false;
    this.#parts.left();
  }

  #lapse(): void {
    this.#parts.log.warning(
      "lease_lost",
      "This node was not heard of for so long that the others may have given it up: it enters the cluster again",
    );
    this.#unenrol();
    void this.#enter();
  }

  #failed(error: unknown, period: number): void {
    if (error instanceof LinkDown || period !== this.#period) return;
    this.refused(error);
  }

  /** Clears up after another node, unless another survivor is about to. */
  async #takeOver(node: string): Promise<void> {
    const { link, keys, lease } = this.#parts, period = this.#period;
    try {
      // The claim expires, so that another survivor clears up when this one dies as well.
      const claim = [
        "SET",
        keys.clearing(node),
        lease.id,
        "NX",
        "PX",
        Math.ceil(2 * lease.interval),
      ] as const;
      const [answer] = await link.run([claim]);
      // Where Redis has no memory for the claim several survivors clear up, which does no harm.
      if (answer !== null) await this.#clearUp(node);
    } catch (error) {
      this.#failed(error, period);
    }
  }

  async #clearUp(node: string): Promise<void> {
    const { link, keys, publish, counters, log, reports } = this.#parts, period = this.#period;
    if (this.#clearing.has(node)) return;
    this.#clearing.add(node);
    try {
      const removed = await clearUpNode(link, keys, node, publish(), reports);
      this.#former.delete(node);
      if (removed === undefined || processOfNode(node) === processOfNode(this.#parts.lease.id)) return;
      counters.nodesLost++;
      const sentence = `Node ${node} has not been heard of for too long and was cleared up after`;
      log.warning("node_lost", sentence, { users_removed: removed });
    } catch (error) {
      // The node is still listed, and found again with the next beat.
      this.#failed(error, period);
    } finally {
      this.#clearing.delete(node);
    }
  }

  async #sendNow(message: ControlMessage): Promise<void> {
    const { link, keys } = this.#parts;
    await runAll(link, [link.publishCommand(keys.control, JSON.stringify(message))]);
  }

  #send(message: ControlMessage): void {
    const { batch, link, keys } = this.#parts;
    batch.add(link.publishCommand(keys.control, JSON.stringify(message)));
  }
}
