import { STAY_ENDED } from "../redis-scripts.ts";
import { errorMessage } from "../../failures/error-reason.ts";
import { LinkDown, runAll } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import { clearUpNode } from "./clear-up-node.ts";
import type { ControlMessage } from "./control-message.ts";
import type { DataLoss } from "./data-loss.ts";
import type { Witness } from "./witness.ts";
import type { NodeDescription } from "./node-description.ts";
import { Survivor, type SurvivorParts } from "./survivor.ts";
import type { OutageReport } from "./outage-report.ts";
import type { Peers } from "./peers.ts";
import type { RedisPatience } from "../redis-patience.ts";

/** What enrolment needs of the rest of the cluster. */
export interface EnrolmentParts extends Omit<SurvivorParts, "period" | "failed"> {
  readonly batch: CommandBatch;
  readonly peers: Peers;
  readonly outages: OutageReport;
  readonly describe: () => NodeDescription;
  /** Listens to all topics of this node. Rejects when Redis is away or refuses. */
  readonly listen: () => Promise<void>;
  /** This node is enrolled: all that it has is written to Redis. `former` are stays that have not been cleared up. */
  readonly entered: (former: readonly string[]) => void;
  /** This node is enrolled no more: it decides alone. */
  readonly left: () => void;
  readonly dataLoss: () => Pick<DataLoss, "look" | "lookAtEntry" | "damaged">;
  readonly witness: Pick<Witness, "leave">;
  /** Whether Redis knows all nodes. */
  readonly knowsAll: () => boolean;
  readonly patience: Pick<RedisPatience, "others" | "farewell">;
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
  /** Millisecond from which on nodes without a lease count as dead. */
  #clearsUpFrom = 0;
  readonly #survivor: Survivor;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
    this.#survivor = new Survivor({
      ...parts,
      period: () => this.#period,
      failed: (error, period) => this.#failed(error, period),
    });
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
    if (error instanceof Error && error.message.startsWith(STAY_ENDED)) {
      if (this.#isEnrolled) this.#lapse();
      return;
    }
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
      this.#parts.damage.skipped(beat.unreadable);
      if (period !== this.#period || !this.#isEnrolled) return;
      // The leases of the others were in that list.
      if (beat.isBegunAnew) this.#parts.dataLoss().damaged();
      if (!beat.wasHeld) {
        // Either the others have taken this node for dead, or the list of leases is gone with everything else.
        const isLost = await this.#parts.dataLoss().look();
        if (!isLost && period === this.#period && this.#isEnrolled) this.#lapse();
        return;
      }
      peers.see(beat.alive, this.#parts.knowsAll());
      // Redis was away for all nodes: one whose lease has ended by that could not renew it.
      if (start < this.#clearsUpFrom) return;
      for (const node of beat.dead) void this.#survivor.takeOver(node);
    } catch (error) {
      this.#failed(error, period);
    }
  }

  /** Renews the lease, where Redis has lost its data and the list of leases with it. Rejects when Redis goes away or refuses. */
  async renewLease(): Promise<void> {
    const { lease, monotonic, peers } = this.#parts;
    const beat = await lease.beat(monotonic());
    peers.see(beat.alive, false);
  }

  /** Says to the others that this node is there and has written all that it has. */
  greet(): void {
    const { lease, describe } = this.#parts;
    this.#send({ type: "hello", node: lease.id, description: describe() });
  }

  /** Leaves for good: the others forget this node at once. Rejects when Redis goes away meanwhile. */
  async leave(): Promise<void> {
    const { link, batch, keys, lease, publish } = this.#parts;
    await batch.send();
    if (!this.#isEnrolled) return;
    // Nothing may be written from here on: what is written after the clearing would stay for ever.
    this.#unenrol();
    const latest = lease.latestVersion(this.#parts.monotonic());
    await clearUpNode(this.#parts.damage.reading(link), keys, lease.id, publish(), latest);
    await this.#parts.witness.leave(link);
    this.#send({ type: "bye", node: lease.id });
    await batch.send();
  }

  async #enter(): Promise<void> {
    const period = this.#period;
    if (this.#entering === period) return;
    this.#entering = period;
    const { lease, monotonic, counters, outages, reports, entered, peers, batch, listen } = this.#parts;
    try {
      lease.renew();
      peers.look();
      // A node that may not listen or publish must not enter: it would wait in vain for messages, its own included.
      await listen();
      await this.#sendNow({ type: "present", node: lease.id });
      await this.#parts.dataLoss().lookAtEntry();
      const beat = await lease.beat(monotonic());
      if (period !== this.#period) return;
      this.#isEnrolled = true;
      counters.reconciliations++;
      const former = this.#survivor.former;
      for (const stay of former) batch.add(lease.keepListed(stay, monotonic()));
      entered(former);
      this.#survivor.entered();
      peers.see(beat.alive, this.#parts.knowsAll());
      await batch.send();
      // Redis may have refused what this stay has written: then the former stay still stands for this node.
      if (period !== this.#period || !this.#isEnrolled) return;
      outages.enrolled();
      this.greet();
      if (await this.#survivor.clearUpFormer(former)) reports.cleared();
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

  async #sendNow(message: ControlMessage): Promise<void> {
    const { link, keys } = this.#parts;
    await runAll(link, [link.publishCommand(keys.control, JSON.stringify(message))]);
  }

  #send(message: ControlMessage): void {
    const { batch, link, keys } = this.#parts;
    batch.add(link.publishCommand(keys.control, JSON.stringify(message)));
  }
}
