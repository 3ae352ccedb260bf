import type { ScalingConfig } from "../config/config.ts";
import type { ClusterCounters } from "../monitoring/cluster-counters.ts";
import type { Log } from "../monitoring/log.ts";
import { LinkDown, type RedisInfo, type RedisLink, type RedisLinkEvents } from "../redis/redis-link.ts";
import type { ClusterInterest } from "../hub/cluster/cluster-interest.ts";
import type { ClusterOccupancy } from "../hub/cluster/cluster-occupancy.ts";
import type { ClusterQuestions } from "../hub/cluster/cluster-questions.ts";
import type { ReportReceiver } from "../hub/cluster/cluster-reports.ts";
import type { Cluster, ClusterReceiver } from "../hub/cluster/cluster.ts";
import { CommandBatch } from "./command-batch.ts";
import { Enrolment } from "./membership/enrolment.ts";
import { Incoming } from "./events/incoming.ts";
import { InterestTable } from "./events/interest-table.ts";
import { othersListen } from "./membership/others-listen.ts";
import { type KnownNode, type NodeDescription, NodeLease } from "./membership/node-lease.ts";
import { OutageReport } from "./membership/outage-report.ts";
import { Outbox, type OutboxLimits } from "./events/outbox.ts";
import { Peers } from "./membership/peers.ts";
import { RedisCensus } from "./redis-census.ts";
import { RedisEvents } from "./events/redis-events.ts";
import { RedisKeys } from "./redis-keys.ts";
import { RedisQuestions } from "./redis-questions.ts";
import { RedisQuota } from "./redis-quota.ts";
import { RedisSpool } from "./redis-spool.ts";
import { RedisUsers } from "./redis-users.ts";
import { Reunion } from "./membership/reunion.ts";
import { SharedLife } from "./departures/shared-life.ts";
import type { PresenceWire } from "./presence/presence-wire.ts";

/** What a cluster node is made of. */
export interface RedisClusterParts {
  readonly scaling: ScalingConfig;
  readonly link: (events: RedisLinkEvents) => RedisLink;
  readonly receiver: () => ClusterReceiver;
  /** Takes what this node reports to applications. */
  readonly reports: ReportReceiver;
  readonly counters: ClusterCounters;
  readonly log: Log;
  /** Names this process among all nodes; without dots. */
  readonly processId: string;
  readonly describe: () => NodeDescription;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Calls back at the end of the turn of the event loop. */
  readonly defer: (flush: () => void) => void;
  /** Resolves after so many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Another node, or an operator through one, wants this one to restart. */
  readonly restart: () => void;
}

const SECOND = 1000;
/** Milliseconds that leaving the cluster may take. */
const FAREWELL = 2 * SECOND;

/**
 * A node of a cluster that meets in Redis. Local clients never wait for it longer than Redis needs to answer, and not at all
 * while it is away: then this node goes on alone, and catches up when Redis is back.
 *
 * Two things can be lost apart: to listen and publish (Redis is away), and to be enrolled, which is to have a lease and a say
 * in who is present (also when Redis has no memory left, or this process stood still for too long).
 */
export class RedisCluster implements Cluster {
  readonly isShared = true;
  readonly events: RedisEvents;
  readonly interest: ClusterInterest;
  readonly census: RedisCensus;
  readonly quota: RedisQuota;
  readonly occupancy: ClusterOccupancy;
  readonly reports: SharedLife;
  readonly users: RedisUsers;
  readonly #parts: RedisClusterParts;
  readonly #link: RedisLink;
  readonly #keys: RedisKeys;
  readonly #batch: CommandBatch;
  readonly #outbox: Outbox;
  readonly #interests: InterestTable;
  /** For what is left to the other nodes. */
  readonly spool: RedisSpool;
  readonly #lease: NodeLease;
  readonly #peers: Peers;
  readonly #enrolment: Enrolment;
  readonly #incoming: Incoming;
  readonly #questions: RedisQuestions;
  readonly #report: OutageReport;
  /** Earlier stays of this node that had not been cleared up when it entered. */
  #former: readonly string[] = [];
  readonly #reunion: Reunion;
  #timers: (ReturnType<typeof setInterval>)[] = [];
  #redis: RedisInfo | undefined;
  #isUp = false;
  /** Counts the times that Redis came and went. */
  #period = 0;
  #firstOutcome: ((isUp: boolean) => void) | undefined;

  constructor(parts: RedisClusterParts) {
    this.#parts = parts;
    const { scaling, defer, counters, monotonic, processId, describe, log, receiver } = parts;
    const now = (): number => monotonic() / SECOND;
    const keys = this.#keys = new RedisKeys(scaling.prefix, scaling.server.database);
    const link = this.#link = parts.link({
      up: (info) => void this.#up(info),
      down: (reason) => this.#down(reason),
      message: (channel, payload) => this.#incoming.message(channel, payload),
      moved: (channels) => this.#interests.recheck(channels.map((channel) => keys.topicOf(channel))),
    });
    const batch = this.#batch = new CommandBatch(
      link,
      defer,
      () => this.#maySend(),
      (fault) => this.#fault(fault),
    );
    const lease = this.#lease = new NodeLease(link, keys, processId, scaling.leaseSeconds, describe);
    const peers = this.#peers = new Peers(processId, counters);
    const report = this.#report = new OutageReport(log, counters, scaling, monotonic);
    const nodeId = (): string => lease.id;
    const publish = (): "PUBLISH" | "SPUBLISH" => this.#publishName();
    const outbox = this.#outbox = new Outbox(batch, outboxLimits(scaling), counters, now);
    const refused = (error: Error): void => this.#refused(error);
    const census = this.census = new RedisCensus({
      ...{ batch, keys, nodeId, publish, defer, refused },
      counted: (topic, subscriptions) => receiver().counted(topic, subscriptions),
      summed: (topic, sum) => parts.reports.counted(topic, sum),
    });
    this.quota = new RedisQuota({ batch, census, isEnrolled: () => this.#enrolment.isEnrolled });
    this.users = new RedisUsers({ link, keys, outbox, nodeId });
    this.spool = new RedisSpool(link, keys, () => this.#isUp && this.#enrolment.isEnrolled);
    const reports = this.reports = new SharedLife({
      ...{ batch, keys, nodeId, now, life: parts.reports, refused },
    });
    this.occupancy = reports.occupancy;
    this.#enrolment = new Enrolment({
      survivor: { life: parts.reports, shared: reports },
      ...{ link, batch, keys, lease, peers, counters, log, report, describe, monotonic, publish },
      listen: () => this.#listen(),
      entered: (former) => this.#entered(former),
      left: () => this.#left(),
    });
    const interests = this.interest = this.#interests = new InterestTable({
      ...{ link, batch, keys, defer, now, lingerSeconds: scaling.interestLingerSeconds },
      presenceWire: (topic) => this.#presenceWire(topic),
      cached: (topic, frame) => receiver().cached(topic, frame),
      refused: (error) => this.#refused(error),
      givenUp: (topic) => census.unregisterPresence(topic),
    });
    this.events = new RedisEvents({ link, keys, outbox, interests, processId, publish });
    this.#reunion = new Reunion(() => {
      this.#interests.askAgain();
      this.reports.reunited();
    });
    this.#incoming = new Incoming({
      ...{ keys, interests: this.#interests, peers, receiver, counters, processId },
      restart: parts.restart,
    });
    const lost = (): void => void counters.incompleteGathers++;
    this.#questions = new RedisQuestions({ link, keys, others: () => peers.ids(), lost });
  }

  /** Begins to look for Redis. Resolves once it is known whether it is there; true when it is, and this node is enrolled. */
  start(): Promise<boolean> {
    this.#link.start();
    this.#timers = [
      setInterval(() => void this.#enrolment.beat(), this.#lease.interval),
      setInterval(() => this.#tick(), SECOND),
    ];
    return new Promise((resolve) => this.#firstOutcome = resolve);
  }

  /** Leaves the cluster: the others forget this node at once. Everything MUST be released before. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#reunion.interrupt();
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => deadline = setTimeout(resolve, FAREWELL));
    // Where Redis is away there is nobody to say good-bye to: the lease ends by itself.
    if (this.#isUp) await Promise.race([this.#enrolment.depart().catch(() => {}), patience]);
    clearTimeout(deadline);
    this.#period++;
    this.#isUp = false;
    this.#enrolment.end();
    await this.#link.stop();
  }

  get questions(): ClusterQuestions | undefined {
    return this.#isUp && this.#enrolment.isEnrolled ? this.#questions : undefined;
  }

  /** Why this node does not work as part of the cluster; `undefined` while it does. */
  get trouble(): "redis_away" | "not_enrolled" | undefined {
    if (!this.#isUp) return "redis_away";
    return this.#enrolment.isEnrolled ? undefined : "not_enrolled";
  }

  /** This node, then the others that are alive. */
  nodes(): readonly KnownNode[] {
    return [{ id: this.#lease.id, description: this.#parts.describe() }, ...this.#peers.nodes()];
  }

  #publishName(): "PUBLISH" | "SPUBLISH" {
    return this.#redis?.sharded === true ? "SPUBLISH" : "PUBLISH";
  }

  #presenceWire(topic: string): PresenceWire {
    return {
      batch: this.#batch,
      keys: () => this.#keys.presence(topic, this.#lease.id),
      formerHolds: () => this.#former.map((stay) => this.#keys.presence(topic, stay).holds),
      topic,
      channel: this.#keys.channel(topic),
      marks: this.reports.marks,
      publish: () => this.#publishName(),
      register: () => this.census.registerPresence(topic),
      knowsAll: () => !this.#reunion.isOn,
      refused: (error) => this.#refused(error),
    };
  }

  async #up(info: RedisInfo): Promise<void> {
    const period = ++this.#period;
    this.#reunion.redisIsBack(
      this.#redis !== undefined && this.#redis.runId !== info.runId,
      this.#peers.ids().length,
    );
    this.#redis = info;
    this.#isUp = true;
    this.#interests.resume();
    try {
      await this.#listen();
    } catch (error) {
      if (error instanceof LinkDown || period !== this.#period) return;
      this.#refused(error instanceof Error ? error : new Error(String(error)));
    }
    if (period !== this.#period) return;
    this.#parts.counters.redisUp = 1;
    const waiting = this.#outbox.length;
    void this.#openOutbox(period);
    await this.#enrolment.begin();
    if (period !== this.#period) return;
    this.#report.connected(info, this.#lease.id, waiting);
    this.#tellFirstOutcome(this.#enrolment.isEnrolled);
  }

  /** Listens to whatever matters here, to the control channel last: who listens there listens to everything. */
  async #listen(): Promise<void> {
    await this.#interests.confirm();
    await this.#link.subscribe([this.#keys.control]);
  }

  async #openOutbox(period: number): Promise<void> {
    const { pause } = this.#parts;
    const parts = { link: this.#link, keys: this.#keys, node: this.#lease.id, pause };
    await othersListen(parts, this.#reunion.others).catch((error: unknown) => {
      if (!(error instanceof LinkDown)) this.#fault(error);
    });
    if (period === this.#period) this.#outbox.open();
  }

  #down(reason: string): void {
    if (this.#isUp) this.#parts.counters.redisReconnects++;
    this.#period++;
    this.#isUp = false;
    this.#parts.counters.redisUp = 0;
    this.#reunion.interrupt();
    this.#enrolment.end();
    this.#interests.suspend();
    this.#outbox.close();
    this.#batch.clear();
    this.#report.away(reason);
    this.#tellFirstOutcome(false);
  }

  #entered(former: readonly string[]): void {
    this.#former = former;
    this.census.open(former);
    this.reports.open(former, !this.#reunion.isOn);
    this.#interests.enrol();
  }

  #left(): void {
    this.census.close();
    this.reports.close();
    this.#interests.unenrol();
    this.quota.close();
  }

  #refused(error: Error): void {
    this.#enrolment.refused(error);
    this.#tellFirstOutcome(false);
  }

  /** Whether what was collected may be sent. */
  #maySend(): boolean {
    if (this.#enrolment.maySpeak()) return true;
    // It is thrown away: it speaks for a node that the others may have given up. Events are sent again.
    this.#outbox.reopen();
    return false;
  }

  #tick(): void {
    this.#interests.sweep();
    this.#outbox.expire();
    this.reports.marks.sweep();
    // A process that stood still must not wait for its next beat to notice.
    this.#enrolment.maySpeak();
  }

  #fault(fault: unknown): void {
    this.#parts.log.error("fault", `A fault of the server itself, please report it: ${String(fault)}`);
  }

  #tellFirstOutcome(isUp: boolean): void {
    this.#firstOutcome?.(isUp);
    this.#firstOutcome = undefined;
  }
}

function outboxLimits(scaling: ScalingConfig): OutboxLimits {
  const { queueMaxEvents, queueMaxBytes, queueMaxSeconds } = scaling;
  return { maxEvents: queueMaxEvents, maxBytes: queueMaxBytes, maxSeconds: queueMaxSeconds };
}
