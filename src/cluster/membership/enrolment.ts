import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import { LinkDown, type RedisLink } from "../../redis/redis-link.ts";
import { clearUpNode, type Survivor } from "./clear-up-node.ts";
import type { CommandBatch } from "../command-batch.ts";
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
  readonly report: OutageReport;
  readonly describe: () => NodeDescription;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Reports what a dead node cannot report any more. */
  readonly survivor: Survivor;
  /** Listens to whatever matters here. Rejects when Redis is away or refuses. */
  readonly listen: () => Promise<void>;
  /** From now on this node has a say: whatever is here is told to Redis. `former` are stays that have not been cleared up. */
  readonly entered: (former: readonly string[]) => void;
  /** This node has no say any more: it goes by what it has itself. */
  readonly left: () => void;
}

/** Milliseconds that the others have to come back after Redis did. */
const GRACE = 3000;

/**
 * This node's place among the others: it enters with a lease, renews it with each beat, looks after nodes whose lease has ended,
 * and finds out when its own has. Every entry is a new stay, by a new id, so that nothing that an earlier one left (a process
 * that stood still, an outage, a refused command) is taken for its own; what the earlier one left is cleared up after the entry,
 * so that nobody seems to have gone who is still there.
 */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  /** Counts the times that Redis came and went: what was begun in another one is over. */
  #period = 0;
  #isUp = false;
  #isEnrolled = false;
  /** The period in which an entry is under way. */
  #entering: number | undefined;
  readonly #clearing = new Set<string>();
  /** Millisecond from which on others that are not heard of count as dead. */
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
    this.#leave();
  }

  /** Redis answers, but does not let this node take part: it goes on alone and tries again with the next beat. */
  refused(error: Error): void {
    this.#leave();
    this.#parts.report.refused(error.message);
  }

  /** Whether this node may still speak for itself; a process that stood still finds out here, before it does any harm. */
  maySpeak(): boolean {
    if (!this.#isEnrolled || !this.#parts.lease.mayHaveEnded(this.#parts.monotonic())) return true;
    this.#lapse();
    return false;
  }

  /** Renews the lease, or tries again to enter; called once a beat. */
  async beat(): Promise<void> {
    if (!this.#isUp) return;
    if (!this.#isEnrolled) return await this.#enter();
    const { monotonic, counters, lease, peers } = this.#parts, period = this.#period, start = monotonic();
    if (!this.maySpeak()) return;
    peers.look();
    try {
      const beat = await lease.beat(start);
      counters.observeRoundTrip((monotonic() - start) / 1000);
      if (period !== this.#period || !this.#isEnrolled) return;
      if (!beat.wasHeld) return this.#lapse();
      peers.see(beat.alive);
      // Redis was away for all: whose lease ended with that has had no chance to renew it.
      if (start < this.#clearsUpFrom) return;
      for (const node of beat.dead) void this.#takeOver(node);
    } catch (error) {
      this.#failed(error, period);
    }
  }

  /** Leaves for good: the others forget this node at once. Rejects when Redis goes away meanwhile. */
  async depart(): Promise<void> {
    const { link, batch, keys, lease, publish } = this.#parts;
    await batch.send();
    if (!this.#isEnrolled) return;
    // First of all nothing may be written any more: what comes behind the clearing would stay for ever.
    this.#leave();
    await clearUpNode(link, keys, lease.id, publish());
    this.#tell({ type: "bye", node: lease.id });
    await batch.send();
  }

  async #enter(): Promise<void> {
    const period = this.#period;
    if (this.#entering === period) return;
    this.#entering = period;
    const { lease, monotonic, counters, report, entered, peers, batch, describe, listen } = this.#parts;
    try {
      lease.renew();
      peers.look();
      // Who may not listen or publish would wait in vain for what the others and it itself have to say.
      await listen();
      await this.#tellNow({ type: "present", node: lease.id });
      const beat = await lease.beat(monotonic());
      if (period !== this.#period) return;
      this.#isEnrolled = true;
      counters.reconciliations++;
      const former = [...this.#former];
      entered(former);
      this.#former.add(lease.id);
      peers.see(beat.alive);
      this.#tell({ type: "hello", node: lease.id, description: describe() });
      await batch.send();
      // Redis may have refused what is here now: then what was here before still stands for it.
      if (period !== this.#period || !this.#isEnrolled) return;
      report.enrolled();
      for (const stay of former) if (period === this.#period) await this.#clearUp(stay);
      if (!former.some((stay) => this.#former.has(stay))) this.#parts.survivor.shared.cleared();
    } catch (error) {
      this.#failed(error, period);
    } finally {
      if (this.#entering === period) this.#entering = undefined;
    }
  }

  #leave(): void {
    this.#isEnrolled = false;
    this.#parts.left();
  }

  #lapse(): void {
    this.#parts.log.warning(
      "lease_lost",
      "This node was not heard of for so long that the others may have given it up: it enters the cluster again",
    );
    this.#leave();
    void this.#enter();
  }

  #failed(error: unknown, period: number): void {
    if (error instanceof LinkDown || period !== this.#period) return;
    this.refused(error instanceof Error ? error : new Error(String(error)));
  }

  /** Clears up after another node, unless somebody else is about to. */
  async #takeOver(node: string): Promise<void> {
    const { link, keys, lease } = this.#parts, period = this.#period;
    try {
      // It ends by itself, so that the node is found again when the other one dies, too.
      const claim = [
        "SET",
        keys.clearing(node),
        lease.id,
        "NX",
        "PX",
        Math.ceil(2 * lease.interval),
      ] as const;
      const [answer] = await link.run([claim]);
      // Without the memory for a claim several clear up, which does no harm.
      if (answer !== null) await this.#clearUp(node);
    } catch (error) {
      this.#failed(error, period);
    }
  }

  async #clearUp(node: string): Promise<void> {
    const { link, keys, publish, counters, log, survivor } = this.#parts, period = this.#period;
    if (this.#clearing.has(node)) return;
    this.#clearing.add(node);
    try {
      const gone = await clearUpNode(link, keys, node, publish(), survivor);
      this.#former.delete(node);
      if (gone === undefined || processOfNode(node) === processOfNode(this.#parts.lease.id)) return;
      counters.nodesLost++;
      const sentence = `Node ${node} has not been heard of for too long and was cleared up after`;
      log.warning("node_lost", sentence, { users_removed: gone });
    } catch (error) {
      // The node is still listed, and found again with the next beat.
      this.#failed(error, period);
    } finally {
      this.#clearing.delete(node);
    }
  }

  async #tellNow(message: ControlMessage): Promise<void> {
    const { link, keys } = this.#parts;
    const [answer] = await link.run([link.publishCommand(keys.control, JSON.stringify(message))]);
    if (answer instanceof Error) throw answer;
  }

  #tell(message: ControlMessage): void {
    const { batch, link, keys } = this.#parts;
    batch.add(link.publishCommand(keys.control, JSON.stringify(message)));
  }
}
