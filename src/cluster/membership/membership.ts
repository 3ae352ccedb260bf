import type { ScalingConfig } from "../../config/config.ts";
import { waitAtMost } from "../../failures/deadline.ts";
import type { Timers } from "../../failures/timers.ts";
import { LinkDown, type RedisInfo } from "../../redis/redis-link.ts";
import { MissedEvents } from "../events/missed-events.ts";
import type { Outbox } from "../events/outbox.ts";
import type { RedisEvents } from "../events/redis-events.ts";
import type { RedisLog } from "../events/redis-log.ts";
import type { Audience } from "./audience.ts";
import { DataLoss } from "./data-loss.ts";
import { Enrolment, type EnrolmentParts } from "./enrolment.ts";
import { type KnownNode, processOfNode } from "./node-lease.ts";
import { OutageReport } from "./outage-report.ts";
import type { Reunion } from "./reunion.ts";
import { SharedState, type SharedStateParts } from "./shared-state.ts";
import type { Witness } from "./witness.ts";

/** What membership needs of the rest of the cluster. */
export interface MembershipParts
  extends
    Omit<EnrolmentParts, "outages" | "publish" | "listen" | "entered" | "left" | "dataLoss" | "knowsAll">,
    SharedStateParts {
  readonly witness: Witness;
  readonly reunion: Reunion;
  readonly audience: Audience;
  readonly scaling: Pick<ScalingConfig, "queueMaxEvents" | "queueMaxSeconds" | "commandTimeout">;
  readonly outbox: Outbox;
  readonly logs: Pick<RedisLog, "sweep" | "suspend" | "lost" | "follows" | "lacks">;
  readonly events: Pick<RedisEvents, "tell">;
  readonly timers: Timers;
}

const SECOND = 1000;
/** Milliseconds between two looks whether Redis has its data, and whether another node listens. */
const LOOK = 500;

/**
 * Whether this node works as part of the cluster, which takes two things. It is up while Redis is there: then it listens and publishes.
 * It is enrolled while it has a lease as well: then it counts in presence, counts and limits. It can be up without being enrolled:
 * when Redis has no memory left, or this process stood still for too long. Every part of the cluster is opened and closed from here.
 */
export class Membership {
  readonly dataLoss: DataLoss;
  readonly missed: MissedEvents;
  readonly #parts: MembershipParts;
  readonly #enrolment: Enrolment;
  readonly #outages: OutageReport;
  readonly #state: SharedState;
  /** Earlier stays of this node that had not been cleared up when it entered. */
  #former: readonly string[] = [];
  #ticking: readonly (() => void)[] = [];
  #redis: RedisInfo | undefined;
  #isUp = false;
  /** Counts the times that Redis came and went: what was begun in an earlier period is over. */
  #period = 0;
  #firstOutcome: ((isEnrolled: boolean) => void) | undefined;

  constructor(parts: MembershipParts) {
    this.#parts = parts;
    const { log, counters, scaling, monotonic } = parts;
    const outages = this.#outages = new OutageReport(log, counters, scaling, monotonic);
    this.#state = new SharedState(parts);
    this.missed = new MissedEvents({
      ...parts,
      send: (message) => parts.events.tell(message),
      nodeId: () => parts.lease.id,
      noticedWithin: (scaling.commandTimeout + 2) * SECOND,
    });
    this.#enrolment = new Enrolment({
      ...{ ...parts, outages },
      publish: () => this.publishName,
      listen: () => this.#listen(),
      entered: (former) => this.#entered(former),
      left: () => this.#state.close(),
      dataLoss: () => this.dataLoss,
      knowsAll: () => !parts.reunion.isOn,
    });
    this.dataLoss = new DataLoss({
      ...parts,
      nodeId: () => parts.lease.id,
      processes: () => [processOfNode(parts.lease.id), ...parts.peers.processes()],
      isEnrolled: () => this.isEnrolled,
      write: () => this.#writeAgain(),
      greet: () => this.#enrolment.greet(),
      refused: (error) => this.refused(error),
    });
  }

  /** Begins to look for Redis. Resolves with whether this node is enrolled, once it is known whether Redis is there. */
  start(): Promise<boolean> {
    const { link, lease, timers } = this.#parts;
    link.start();
    this.#ticking = [
      timers.every(lease.interval, () => void this.#enrolment.beat()),
      timers.every(SECOND, () => this.#tick()),
      timers.every(LOOK, () => void Promise.all([this.dataLoss.look(), this.#parts.audience.ask()])),
    ];
    return new Promise((resolve) => this.#firstOutcome = resolve);
  }

  /** Leaves the cluster: the others forget this node at once. All topics MUST be released before. */
  async stop(): Promise<void> {
    for (const end of this.#ticking) end();
    this.#parts.reunion.interrupt();
    // Where Redis is away, the lease ends by itself.
    if (this.#isUp) {
      const { patience, timers } = this.#parts;
      await waitAtMost(patience.farewell, this.#enrolment.leave().catch(() => {}), undefined, timers);
    }
    this.#period++;
    this.#isUp = false;
    this.#parts.audience.away();
    this.#enrolment.end();
    await this.#parts.link.stop();
  }

  /** Why this node does not work as part of the cluster; `undefined` while it does. */
  get trouble(): "redis_away" | "not_enrolled" | undefined {
    if (!this.#isUp) return "redis_away";
    return this.isEnrolled ? undefined : "not_enrolled";
  }

  /** This node, then the others that are alive. */
  nodes(): readonly KnownNode[] {
    const { lease, describe, peers } = this.#parts;
    return [{ id: lease.id, description: describe() }, ...peers.nodes()];
  }

  get isEnrolled(): boolean {
    return this.#enrolment.isEnrolled;
  }

  /** Earlier stays of this node that may have left something in Redis. */
  get former(): readonly string[] {
    return this.#former;
  }

  /** All nodes that are alive have come back to a Redis that had lost its data. */
  reunited(): void {
    this.#state.reunited();
  }

  /** The command with which scripts publish. */
  get publishName(): "PUBLISH" | "SPUBLISH" {
    return this.#redis?.sharded === true ? "SPUBLISH" : "PUBLISH";
  }

  /** Redis is there. */
  async up(info: RedisInfo): Promise<void> {
    const { peers, interests, counters, outbox, lease, audience } = this.#parts, period = ++this.#period;
    const isStartedAnew = this.#redis !== undefined && this.#redis.runId !== info.runId;
    this.#parts.reunion.redisIsBack(isStartedAnew, peers.ids().length);
    this.#redis = info;
    this.#isUp = true;
    this.#parts.witness.use(info, isStartedAnew);
    interests.resume();
    audience.comes(info);
    try {
      await this.#listen();
    } catch (error) {
      if (error instanceof LinkDown || period !== this.#period) return;
      this.refused(error);
    }
    if (period !== this.#period) return;
    counters.redisUp = 1;
    void audience.arrive();
    const waiting = outbox.length;
    void this.#openOutbox(period);
    await this.#enrolment.begin();
    if (period !== this.#period) return;
    this.#outages.connected(info, lease.id, waiting);
    this.missed.back(isStartedAnew);
    this.#endStart(this.isEnrolled);
  }

  /** Redis is away; `reason` is the system's or Redis's. */
  down(reason: string): void {
    const { counters, interests, outbox, batch, logs } = this.#parts;
    if (this.#isUp) counters.redisReconnects++;
    this.#period++;
    this.#isUp = false;
    counters.redisUp = 0;
    this.#parts.reunion.interrupt();
    this.#parts.audience.away();
    this.#enrolment.end();
    interests.suspend();
    logs.suspend();
    outbox.close();
    batch.clear();
    this.#outages.away(reason);
    this.missed.away();
    this.#endStart(false);
  }

  /** Redis is there, and refuses what this node writes or listens to. */
  refused(error: unknown): void {
    this.#enrolment.refused(error);
    this.#endStart(false);
  }

  /** Whether the commands that the batch has collected may be sent. */
  maySend(): boolean {
    if (this.#enrolment.mayWrite()) return true;
    // They are thrown away: they are of a stay that the others may have cleared up. Events are sent again.
    this.#parts.outbox.reopen();
    return false;
  }

  /** Listens to all topics, and to the control channel last: a node that listens there listens to everything. */
  async #listen(): Promise<void> {
    const { interests, link, keys } = this.#parts;
    await interests.confirm();
    await link.subscribe([keys.control]);
  }

  async #openOutbox(period: number): Promise<void> {
    const { outbox, audience, reunion } = this.#parts;
    await audience.gather(reunion.others);
    if (period === this.#period) outbox.open();
  }

  #entered(former: readonly string[]): void {
    this.#former = former;
    this.#state.open(former, !this.#parts.reunion.isOn);
  }

  /** Redis has lost its data, and knows nothing of this node's stay any more. */
  async #writeAgain(): Promise<void> {
    await this.#enrolment.renewLease();
    if (this.isEnrolled) this.#state.writeAgain();
  }

  #tick(): void {
    const { interests, outbox, reports, logs } = this.#parts;
    interests.sweep();
    logs.sweep();
    outbox.expire();
    reports.marks.topics.sweep();
    // A process that stood still must not wait for its next beat to notice.
    this.#enrolment.mayWrite();
  }

  #endStart(isEnrolled: boolean): void {
    this.#firstOutcome?.(isEnrolled);
    this.#firstOutcome = undefined;
  }
}
