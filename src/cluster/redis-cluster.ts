import type { Cluster } from "../hub/cluster/cluster.ts";
import type { RedisClusterParts } from "./redis-cluster-parts.ts";
import type { ClusterAttempts } from "../hub/cluster/cluster-attempts.ts";
import type { ClusterClaims } from "../hub/cluster/cluster-claims.ts";
import type { ClusterQuestions } from "../hub/cluster/cluster-questions.ts";
import { type AnswerCheck, CommandBatch } from "./command-batch.ts";
import { Damage } from "./damage.ts";
import type { SharedOccupancy } from "./departures/shared-occupancy.ts";
import { SharedReports } from "./departures/shared-reports.ts";
import { Incoming } from "./events/incoming.ts";
import { RedisLog } from "./events/redis-log.ts";
import { gatherTurns } from "./gather-turns.ts";
import { InterestTable } from "./events/interest-table.ts";
import { Outbox, outboxLimits } from "./events/outbox.ts";
import { RedisEvents } from "./events/redis-events.ts";
import { Audience } from "./membership/audience.ts";
import { Membership } from "./membership/membership.ts";
import { type KnownNode, NodeLease, processOfNode } from "./membership/node-lease.ts";
import { Peers } from "./membership/peers.ts";
import { Reunion } from "./membership/reunion.ts";
import { Turn } from "./membership/turn.ts";
import { Witness } from "./membership/witness.ts";
import { MovingHolds } from "./presence/moving-holds.ts";
import type { SharedPresenceParts } from "./presence/shared-presence-parts.ts";
import { RedisAttempts } from "./redis-attempts.ts";
import { RedisClaims } from "./redis-claims.ts";
import { RedisCensus } from "./redis-census.ts";
import { RedisLoad } from "./redis-load.ts";
import { RedisKeys } from "./redis-keys.ts";
import { redisPatience } from "./redis-patience.ts";
import { RedisQuestions } from "./redis-questions.ts";
import { RedisQuota } from "./redis-quota.ts";
import { RedisSpool } from "./redis-spool.ts";
import { RedisUsers } from "./redis-users.ts";

/**
 * A node of a cluster that meets in Redis: makes the parts and hands them out. Clients of this node wait for Redis no longer than it
 * takes to answer, and not at all while it is away: then the node goes on alone, and catches up when Redis is back. README.md tells how
 * the parts work together.
 */
export class RedisCluster implements Cluster {
  readonly isShared = true;
  readonly patience: number;
  readonly events: RedisEvents;
  readonly interest: InterestTable;
  readonly census: RedisCensus;
  readonly quota: RedisQuota;
  readonly occupancy: SharedOccupancy;
  readonly reports: SharedReports;
  readonly users: RedisUsers;
  readonly load: RedisLoad;
  /** For a process that takes another's place. */
  readonly turn: Turn;
  readonly log: RedisLog;
  /** Keeps what this process leaves for the other nodes. */
  readonly spool: RedisSpool;
  readonly #questions: RedisQuestions;
  readonly #attempts: RedisAttempts;
  readonly #claims: RedisClaims;
  readonly #membership: Membership;
  readonly moving: MovingHolds;

  constructor(parts: RedisClusterParts) {
    const { scaling, counters, monotonic, processId, describe, log, receiver, timers, restart } = parts;
    const now = () => monotonic() / 1000, defer = timers.nextTurn, gather = gatherTurns(defer, monotonic);
    const keys = new RedisKeys(scaling.prefix, scaling.server.database), patience = redisPatience(scaling);
    this.patience = patience.call;
    const link = parts.link({
      up: (info) => void this.#membership.up(info),
      down: (reason) => this.#membership.down(reason),
      message: (channel, payload) => incoming.message(channel, payload),
      moved: (channels) => this.interest.recheck(channels.map((channel) => keys.topicOf(channel))),
    });
    const fault = (fault: unknown): void =>
      log.error("fault", `A fault of the server itself, please report it: ${String(fault)}`);
    const check: AnswerCheck = {
      behind: (commands) => this.#membership.dataLoss.behind(commands),
      answered: (answers) => this.#membership.dataLoss.answered(answers),
    };
    const maySend = () => this.#membership.maySend(), publish = () => this.#membership.publishName;
    const batch = new CommandBatch(link, gather, maySend, fault, check, () => audience.isOneServer);
    const lease = new NodeLease(link, keys, processId, scaling.leaseSeconds, describe);
    const nodeId = () => lease.id, isUp = () => this.trouble !== "redis_away";
    const own = { processId, nodeId, counters, monotonic, timers, patience, fault };
    const peers = new Peers(processId, counters), audience = new Audience({ link, keys, peers, ...own });
    const damage = new Damage({
      ...{ batch, keys, counters, log, now },
      publish: (topic, message) => link.publishCommand(keys.channel(topic), message),
      stays: () => [lease.id, ...peers.ids(), ...this.#membership.former],
      writeAgain: () => this.#membership.dataLoss.damaged(),
    });
    const refused = damage.repairsOr((error) => this.#membership.refused(error));
    const reunion = new Reunion(() => this.#membership.reunited(), patience.others, timers);
    const knowsAll = () => !reunion.isOn, isReuniting = () => reunion.isBrief;
    const shared = { link, batch, keys, nodeId, publish, refused, defer, now, knowsAll, isReuniting };
    const outbox = new Outbox(batch, outboxLimits(scaling), counters, now);
    const census = this.census = new RedisCensus({
      ...shared,
      counted: (topic, subscriptions) => receiver().counted(topic, subscriptions),
      summed: (topic, sum) => parts.reports.counted(topic, sum),
    });
    const quota = this.quota = new RedisQuota({
      ...{ batch, census, isReuniting },
      isEnrolled: () => this.#membership.isEnrolled,
      repairs: (error, command) => damage.repairs(error, command),
    });
    const reports = this.reports = new SharedReports({ ...shared, receiver: parts.reports });
    this.occupancy = reports.occupancy;
    const moving = this.moving = new MovingHolds({ link, keys, monotonic, timers });
    const interests = this.interest = new InterestTable({
      ...{ ...shared, isMoving: () => moving.isOn, audience },
      lingerSeconds: scaling.interestLingerSeconds,
      presenceParts: (topic): SharedPresenceParts => ({
        ...{ batch, publish, refused, topic, moving, knowsAll, isReuniting },
        channel: keys.channel(topic),
        keys: () => keys.presence(topic, lease.id),
        formerHolds: () => this.#membership.former.map((stay) => keys.presence(topic, stay).holds),
        register: () => census.registerPresence(topic),
        suspect: () => void this.#membership.dataLoss.look(),
        complain: () => damage.complain(topic),
        unreadable: (members) => damage.skipped(members),
        latestVersion: () => lease.latestVersion(monotonic()),
        ...{ marks: reports.marks, expect: reports.expect },
      }),
      refused: (error) => this.#membership.refused(error),
      cached: (topic, frame) => receiver().cached(topic, frame),
      unreadable: () => damage.skipped(),
      givenUp: (topic) => census.unregisterPresence(topic),
    });
    this.events = new RedisEvents({ ...shared, ...own, outbox, interests, audience, fleet: parts.fleet });
    const logs = this.log = new RedisLog({
      ...{ link, batch, keys, interests, receiver, now, nodeId, timers, patience, isUp },
      found: (topic, event, id) => incoming.event(topic, event, id),
    });
    this.load = new RedisLoad({ batch, isUp });
    this.users = new RedisUsers({ link, keys, outbox, nodeId });
    this.turn = new Turn({ ...{ link, processId, monotonic, timers }, key: keys.turn });
    this.spool = new RedisSpool(link, keys, damage, () => this.trouble === undefined);
    this.#attempts = new RedisAttempts(link, keys, damage, timers);
    const claims = this.#claims = new RedisClaims(link, keys, damage);
    this.#questions = new RedisQuestions({
      ...{ link, keys, damage, isReuniting, timers, patience },
      lost: () => void counters.incompleteGathers++,
      others: () => peers.ids(),
      reunited: () => reunion.isBrief ? reunion.ended() : Promise.resolve(),
      behind: (keys) => this.#membership.dataLoss.behindKeys(keys),
      behindAnswered: (answers) => this.#membership.dataLoss.answered(answers),
    });
    const incoming = new Incoming({
      ...{ keys, interests, peers, receiver, counters, processId, nodeId, log: logs, audience },
      ...{ events: this.events, missed: () => this.#membership.missed, restart, reports },
      greeted: (node) => reunion.isBack(processOfNode(node)),
      dataLost: (isDamaged) => void this.#membership.dataLoss.heard(isDamaged),
    });
    this.#membership = new Membership({
      ...{ scaling, link, batch, keys, lease, peers, counters, log, describe, monotonic, timers, audience },
      ...{ outbox, interests, census, quota, reports, claims, logs, events: this.events },
      ...{ reunion, damage, patience, witness: new Witness(keys, processId) },
    });
  }

  get questions(): ClusterQuestions | undefined {
    return this.trouble === undefined ? this.#questions : undefined;
  }

  get attempts(): ClusterAttempts | undefined {
    return this.trouble === undefined ? this.#attempts : undefined;
  }

  get claims(): ClusterClaims | undefined {
    return this.trouble === "redis_away" ? undefined : this.#claims;
  }

  /** Why this node does not work as part of the cluster; `undefined` while it does. */
  get trouble(): "redis_away" | "not_enrolled" | undefined {
    return this.#membership.trouble;
  }

  /** This node, then the others that are alive. */
  nodes(): readonly KnownNode[] {
    return this.#membership.nodes();
  }

  /** As `Membership.start`. */
  start(): Promise<boolean> {
    return this.#membership.start();
  }

  /** Whether the clients of this node are about to move to another one: a member that comes back there in time has never left. */
  move(isMoving: boolean): void {
    if (isMoving) this.moving.begin();
    else this.moving.end();
  }

  /** As `Membership.stop`. Members that move are waited for first, until it is hurried. */
  async stop(hurry?: AbortSignal): Promise<void> {
    if (this.moving.isOn) await this.moving.finish(hurry ?? AbortSignal.abort());
    await this.#membership.stop();
  }
}
