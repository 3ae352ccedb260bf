import type { ScalingConfig } from "../config/config.ts";
import type { ClusterCounters } from "../monitoring/cluster-counters.ts";
import type { Log } from "../monitoring/log.ts";
import { LinkDown, type RedisInfo, type RedisLink, type RedisLinkEvents } from "../redis/redis-link.ts";
import { CACHE_SECONDS } from "../channels/event-cache.ts";
import { clearUpNode } from "./clear-up-node.ts";
import type { Cluster, ClusterQuestions, ClusterReceiver, Interest } from "./cluster.ts";
import { CommandBatch } from "./command-batch.ts";
import { type ControlMessage, readControlMessage } from "./control-message.ts";
import { InterestTable } from "./interest-table.ts";
import { NodeIndex } from "./node-index.ts";
import { type KnownNode, type NodeDescription, NodeLease, processOfNode } from "./node-lease.ts";
import { Outbox } from "./outbox.ts";
import { RedisKeys } from "./redis-keys.ts";
import { RedisQuestions } from "./redis-questions.ts";
import { ADMIT, PUBLISH_CACHED } from "./redis-scripts.ts";
import type { PresenceWire } from "./shared-presence.ts";
import { eventMessage, readMessage } from "./wire-message.ts";

/** What a cluster node is made of. */
export interface RedisClusterParts {
  readonly scaling: ScalingConfig;
  readonly link: (events: RedisLinkEvents) => RedisLink;
  readonly receiver: () => ClusterReceiver;
  readonly counters: ClusterCounters;
  readonly log: Log;
  /** Names this process among all nodes; without dots. */
  readonly processId: string;
  readonly describe: () => NodeDescription;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Calls back at the end of the turn of the event loop. */
  readonly defer: (flush: () => void) => void;
  /** Another node, or an operator through one, wants this one to restart. */
  readonly restart: () => void;
}

const SECOND = 1000;
/** Milliseconds that waiting events are held back after a Redis was started anew, for the other nodes to listen again. */
const PEERS_RETURN = 2 * SECOND;
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
  readonly #parts: RedisClusterParts;
  readonly #link: RedisLink;
  readonly #keys: RedisKeys;
  readonly #batch: CommandBatch;
  readonly #outbox: Outbox;
  readonly #interests: InterestTable;
  readonly #index: NodeIndex;
  readonly #lease: NodeLease;
  readonly #questions: RedisQuestions;
  /** The other nodes that are alive, by process. */
  readonly #peers = new Map<string, KnownNode>();
  /** Processes that have not come back since Redis was started anew. */
  readonly #missing = new Set<string>();
  /** Connections that ask for admission. */
  readonly #asking = new Set<() => void>();
  readonly #clearing = new Set<string>();
  #timers: (ReturnType<typeof setInterval>)[] = [];
  #peersReturn: ReturnType<typeof setTimeout> | undefined;
  #redis: RedisInfo | undefined;
  /** Counts the times that Redis came and went: what was begun in another one is over. */
  #period = 0;
  #isUp = false;
  #isEnrolled = false;
  /** The period in which this node is about to enrol. */
  #enrolling: number | undefined;
  #sequence = 0;
  #awaySince: number | undefined;
  #droppedBefore = 0;
  #troubleSaid: string | undefined;
  #firstOutcome: ((isUp: boolean) => void) | undefined;

  constructor(parts: RedisClusterParts) {
    this.#parts = parts;
    const { scaling, defer, counters, monotonic } = parts;
    const seconds = (): number => monotonic() / SECOND;
    this.#keys = new RedisKeys(scaling.prefix, scaling.server.database);
    this.#link = parts.link({
      up: (info) => void this.#up(info),
      down: (reason) => this.#down(reason),
      message: (channel, payload) => this.#message(channel, payload),
      moved: (channels) => this.#interests.recheck(channels.map((channel) => this.#keys.topicOf(channel))),
    });
    this.#lease = new NodeLease(
      this.#link,
      this.#keys,
      parts.processId,
      scaling.leaseSeconds,
      parts.describe,
    );
    this.#batch = new CommandBatch(this.#link, defer, () => this.#maySend());
    const limits = {
      maxEvents: scaling.queueMaxEvents,
      maxBytes: scaling.queueMaxBytes,
      maxSeconds: scaling.queueMaxSeconds,
    };
    this.#outbox = new Outbox(this.#batch, limits, counters, seconds);
    const nodeId = (): string => this.#lease.id;
    const publish = (): "PUBLISH" | "SPUBLISH" => this.#publishName();
    this.#index = new NodeIndex({ batch: this.#batch, keys: this.#keys, nodeId, publish, defer });
    this.#interests = new InterestTable({
      link: this.#link,
      batch: this.#batch,
      keys: this.#keys,
      defer,
      now: seconds,
      lingerSeconds: scaling.interestLingerSeconds,
      presenceWire: (topic) => this.#presenceWire(topic),
      cached: (topic, frame) => parts.receiver().cached(topic, frame),
      refused: (error) => this.#refused(error),
      givenUp: (topic) => this.#index.unregisterPresence(topic),
    });
    this.#questions = new RedisQuestions({
      link: this.#link,
      keys: this.#keys,
      others: () => Array.from(this.#peers.values(), ({ id }) => id),
      lost: () => void counters.incompleteGathers++,
    });
  }

  /** Begins to look for Redis. Resolves once it is known whether it is there; true when it is, and this node is enrolled. */
  start(): Promise<boolean> {
    this.#link.start();
    this.#timers = [
      setInterval(() => void this.#beat(), this.#lease.interval),
      setInterval(() => this.#tick(), SECOND),
    ];
    return new Promise((resolve) => this.#firstOutcome = resolve);
  }

  /** Leaves the cluster: the others forget this node at once. Everything MUST be released before. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#peersReturn);
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => deadline = setTimeout(resolve, FAREWELL));
    await Promise.race([this.#leave().catch(() => {}), patience]);
    clearTimeout(deadline);
    this.#period++;
    this.#isUp = this.#isEnrolled = false;
    await this.#link.stop();
  }

  get questions(): ClusterQuestions | undefined {
    return this.#isUp && this.#isEnrolled ? this.#questions : undefined;
  }

  /** Why this node does not work as part of the cluster; `undefined` while it does. */
  get trouble(): "redis_away" | "not_enrolled" | undefined {
    if (!this.#isUp) return "redis_away";
    return this.#isEnrolled ? undefined : "not_enrolled";
  }

  /** This node and the others that are alive. */
  nodes(): readonly KnownNode[] {
    return [{ id: this.#lease.id, description: this.#parts.describe() }, ...this.#peers.values()];
  }

  publish(topic: string, frame: string, exceptSocketId: string | undefined): void {
    const message = this.#event(false, frame, exceptSocketId);
    this.#outbox.push(this.#link.publishCommand(this.#keys.channel(topic), message), message.length);
  }

  publishCached(topic: string, frame: string, exceptSocketId: string | undefined): void {
    const message = this.#event(true, frame, exceptSocketId);
    const args = [this.#keys.channel(topic), this.#publishName(), message, frame, CACHE_SECONDS];
    this.#outbox.push({ script: PUBLISH_CACHED, keys: [this.#keys.event(topic)], args }, message.length);
  }

  listen(topic: string, interest: Interest, ready: () => void): void {
    this.#interests.listen(topic, interest, ready);
  }

  release(topic: string): void {
    this.#interests.release(topic);
  }

  occupied(applicationId: string, channel: string, subscriptions: number): void {
    this.#index.occupied(applicationId, channel, subscriptions);
  }

  count(topic: string, subscriptions: number): void {
    // Alone for now, this node's count is all there is.
    if (!this.#index.count(topic, subscriptions)) this.#parts.receiver().counted(topic, subscriptions);
  }

  connected(applicationId: string, connections: number): void {
    this.#index.connected(applicationId, connections);
  }

  admit(
    applicationId: string,
    connections: number,
    limit: number,
    decide: (admitted: boolean) => void,
  ): void {
    const decideAlone = (): void => decide(connections <= limit);
    if (!this.#isEnrolled) return decideAlone();
    this.#asking.add(decideAlone);
    const args = [this.#lease.id, connections, limit];
    this.#batch.add({ script: ADMIT, keys: [this.#keys.connections(applicationId)], args }, (answer) => {
      if (!this.#asking.delete(decideAlone)) return;
      if (answer instanceof Error) decideAlone();
      else decide(answer === 1);
    });
  }

  terminate(applicationId: string, userId: string): void {
    const { id: node } = this.#lease;
    const message = JSON.stringify(
      { type: "terminate", node, applicationId, userId } satisfies ControlMessage,
    );
    this.#outbox.push(this.#link.publishCommand(this.#keys.control, message), message.length);
  }

  #event(cached: boolean, frame: string, exceptSocketId: string | undefined): string {
    return eventMessage(cached, this.#parts.processId, ++this.#sequence, exceptSocketId, frame);
  }

  #publishName(): "PUBLISH" | "SPUBLISH" {
    return this.#redis?.sharded === true ? "SPUBLISH" : "PUBLISH";
  }

  #presenceWire(topic: string): PresenceWire {
    return {
      batch: this.#batch,
      keys: () => this.#keys.presence(topic, this.#lease.id),
      channel: this.#keys.channel(topic),
      publish: () => this.#publishName(),
      register: () => this.#index.registerPresence(topic),
      refused: (error) => this.#refused(error),
    };
  }

  async #up(info: RedisInfo): Promise<void> {
    const period = ++this.#period,
      startedAnew = this.#redis !== undefined && this.#redis.runId !== info.runId;
    this.#redis = info;
    this.#isUp = true;
    try {
      const listening = this.#link.subscribe([this.#keys.control]);
      await this.#interests.resume();
      await listening;
    } catch (error) {
      if (period === this.#period && !(error instanceof LinkDown)) this.#refused(error as Error);
      if (error instanceof LinkDown) return;
    }
    if (period !== this.#period) return;
    this.#parts.counters.redisUp = 1;
    this.#reopenOutbox(startedAnew);
    await this.#enrol();
    if (period === this.#period) this.#sayBack(info);
  }

  /** After a start of Redis nobody listens there until it has come back itself; what waits is held until then. */
  #reopenOutbox(startedAnew: boolean): void {
    clearTimeout(this.#peersReturn);
    this.#missing.clear();
    if (startedAnew) { for (const process of this.#peers.keys()) this.#missing.add(process); }
    if (this.#missing.size === 0) return this.#outbox.open();
    this.#peersReturn = setTimeout(() => this.#outbox.open(), PEERS_RETURN);
  }

  #down(reason: string): void {
    const wasUp = this.#isUp;
    this.#period++;
    this.#isUp = false;
    this.#parts.counters.redisUp = 0;
    clearTimeout(this.#peersReturn);
    this.#unenrol();
    this.#interests.suspend();
    this.#outbox.close();
    this.#batch.clear();
    if (this.#awaySince !== undefined) return;
    this.#awaySince = this.#parts.monotonic();
    this.#droppedBefore = this.#dropped();
    if (wasUp) this.#parts.counters.redisReconnects++;
    this.#parts.log.warning(
      "redis_away",
      `Redis is away (${reason}): clients of this node are served on, events for other nodes wait ` +
        `(at most ${this.#parts.scaling.queueMaxEvents}, ${this.#parts.scaling.queueMaxSeconds} s)`,
    );
    this.#tellFirstOutcome(false);
  }

  #sayBack(info: RedisInfo): void {
    const { log, monotonic } = this.#parts;
    const what = `${info.kind === "valkey" ? "Valkey" : "Redis"} ${info.version}` +
      (info.mode === "single" ? "" : ` (${info.mode})`);
    if (this.#awaySince === undefined) {
      log.info("redis_connected", `Connected to ${what} as node ${this.#lease.id}`);
    } else {
      const seconds = Math.round((monotonic() - this.#awaySince) / 100) / 10;
      const lost = this.#dropped() - this.#droppedBefore;
      const waiting = this.#outbox.length;
      log.info(
        "redis_back",
        `${what} is back after ${seconds} s: ${
          lost === 0 ? "no event was lost" : `${lost} events were lost`
        }` +
          (waiting === 0 ? "" : `, ${waiting} that waited are sent now`),
      );
    }
    this.#awaySince = undefined;
    this.#tellFirstOutcome(this.#isEnrolled);
  }

  #dropped(): number {
    return Object.values(this.#parts.counters.dropped).reduce((sum, count) => sum + count, 0);
  }

  #tellFirstOutcome(isUp: boolean): void {
    this.#firstOutcome?.(isUp);
    this.#firstOutcome = undefined;
  }

  /** Enters the cluster as a new node, with everything that is here; then takes away what the node before it has left. */
  async #enrol(): Promise<void> {
    const period = this.#period;
    if (this.#enrolling === period) return;
    this.#enrolling = period;
    try {
      const former = this.#lease.renew();
      const beat = await this.#lease.beat(this.#parts.monotonic());
      if (period !== this.#period) return;
      this.#isEnrolled = true;
      this.#troubleSaid = undefined;
      this.#parts.counters.reconciliations++;
      this.#index.open();
      this.#interests.enrol();
      this.#see(beat.alive);
      this.#send({ type: "hello", node: this.#lease.id, description: this.#parts.describe() });
      await this.#batch.send();
      if (former !== undefined && period === this.#period) await this.#clearUp(former, false);
    } catch (error) {
      if (!(error instanceof LinkDown) && period === this.#period) this.#refused(error as Error);
    } finally {
      if (this.#enrolling === period) this.#enrolling = undefined;
    }
  }

  #unenrol(): void {
    this.#isEnrolled = false;
    this.#index.close();
    this.#interests.unenrol();
    for (const decideAlone of [...this.#asking]) decideAlone();
    this.#asking.clear();
  }

  /** Redis answers, but does not let this node take part: it goes on alone and tries again with the next beat. */
  #refused(error: Error): void {
    this.#unenrol();
    const reason = error.message;
    if (this.#troubleSaid !== reason) {
      this.#troubleSaid = reason;
      this.#parts.log.warning(
        "redis_refuses",
        `Redis refuses to keep what the nodes share (${reason}): ` +
          "events still reach the other nodes, presence and counts are this node's own until it does",
      );
    }
    this.#tellFirstOutcome(false);
  }

  /** Whether this node may still speak for itself; a process that stood still finds out here, before it does any harm. */
  #maySend(): boolean {
    if (!this.#isEnrolled || !this.#lease.mayHaveEnded(this.#parts.monotonic())) return true;
    this.#lapse();
    return false;
  }

  #lapse(): void {
    this.#parts.log.warning(
      "lease_lost",
      "This node was not heard of for so long that the others may have given it up: it enters the cluster again",
    );
    this.#unenrol();
    this.#outbox.close();
    this.#outbox.open();
    void this.#enrol();
  }

  async #beat(): Promise<void> {
    if (!this.#isUp) return;
    if (!this.#isEnrolled) return await this.#enrol();
    const { monotonic, counters } = this.#parts, period = this.#period, start = monotonic();
    if (this.#lease.mayHaveEnded(start)) return this.#lapse();
    try {
      const beat = await this.#lease.beat(start);
      counters.observeRoundTrip((monotonic() - start) / SECOND);
      if (period !== this.#period || !this.#isEnrolled) return;
      if (!beat.wasHeld) return this.#lapse();
      this.#see(beat.alive);
      for (const node of beat.dead) if (node !== this.#lease.id) void this.#clearUp(node, true);
    } catch (error) {
      if (!(error instanceof LinkDown) && period === this.#period) this.#refused(error as Error);
    }
  }

  #tick(): void {
    this.#interests.sweep();
    this.#outbox.expire();
    // A process that stood still must not wait for its next beat to notice.
    if (this.#isUp && this.#isEnrolled && this.#lease.mayHaveEnded(this.#parts.monotonic())) this.#lapse();
  }

  #see(alive: readonly KnownNode[]): void {
    const present = new Set<string>();
    for (const node of alive) {
      const process = processOfNode(node.id);
      if (process === this.#parts.processId) continue;
      present.add(process);
      this.#meet(process, node);
    }
    for (const process of [...this.#peers.keys()]) if (!present.has(process)) this.#part(process);
    this.#parts.counters.nodes = this.#peers.size + 1;
  }

  #meet(process: string, node: KnownNode): void {
    const known = this.#peers.get(process);
    // Of two stays of one process the later counts.
    if (known !== undefined && stayOf(known.id) > stayOf(node.id)) return;
    this.#peers.set(process, node);
    this.#parts.counters.nodes = this.#peers.size + 1;
    if (known?.id !== node.id) this.#returned(process);
  }

  #part(process: string): void {
    this.#peers.delete(process);
    this.#parts.counters.nodes = this.#peers.size + 1;
    this.#returned(process);
  }

  /** A process need not be waited for any more. */
  #returned(process: string): void {
    if (!this.#missing.delete(process) || this.#missing.size > 0) return;
    clearTimeout(this.#peersReturn);
    this.#outbox.open();
  }

  async #clearUp(node: string, isStranger: boolean): Promise<void> {
    if (this.#clearing.has(node)) return;
    this.#clearing.add(node);
    try {
      const gone = await clearUpNode(this.#link, this.#keys, node, this.#publishName());
      if (!isStranger || processOfNode(node) === this.#parts.processId) return;
      this.#parts.counters.nodesLost++;
      this.#parts.log.warning(
        "node_lost",
        `Node ${node} has not been heard of for too long and was cleared up after`,
        { users_removed: gone },
      );
    } catch (error) {
      // Redis went away, or has no memory left: the node is still listed, and found again with the next beat.
      if (!(error instanceof LinkDown)) this.#refused(error as Error);
    } finally {
      this.#clearing.delete(node);
    }
  }

  async #leave(): Promise<void> {
    if (!this.#isUp) return;
    await this.#batch.send();
    if (!this.#isEnrolled) return;
    this.#index.close();
    await clearUpNode(this.#link, this.#keys, this.#lease.id, this.#publishName());
    this.#send({ type: "bye", node: this.#lease.id });
    await this.#batch.send();
  }

  #send(message: ControlMessage): void {
    this.#batch.add(this.#link.publishCommand(this.#keys.control, JSON.stringify(message)));
  }

  #message(channel: string, payload: string): void {
    const { counters, receiver, processId } = this.#parts;
    if (channel === this.#keys.control) return this.#control(payload);
    const topic = this.#keys.topicOf(channel), entry = this.#interests.find(topic);
    if (entry === undefined) return;
    const message = readMessage(payload);
    switch (message?.type) {
      case "event": {
        const { origin, sequence, cached, frame, exceptSocketId } = message;
        if (cached) {
          // This node's own as well: of two nodes that publish at once, Redis's order counts.
          entry.knowsEvent = true;
          receiver().cached(topic, frame);
        }
        if (origin === processId || entry.isRepeated(origin, sequence)) return;
        counters.received++;
        counters.receivedBytes += payload.length;
        return receiver().event(topic, frame, exceptSocketId);
      }
      case "came":
      case "went":
        return entry.presence?.changed(message);
      case "counted":
        return receiver().counted(topic, message.subscriptions);
      case undefined:
        counters.dropped.unreadable++;
    }
  }

  #control(payload: string): void {
    const { counters, receiver, processId, restart } = this.#parts;
    const message = readControlMessage(payload);
    if (message === undefined) return void counters.dropped.unreadable++;
    const process = processOfNode(message.node);
    switch (message.type) {
      case "hello":
        if (process !== processId) {
          this.#meet(process, { id: message.node, description: message.description });
        }
        return;
      case "bye":
        if (this.#peers.get(process)?.id === message.node) this.#part(process);
        return;
      case "terminate":
        if (process !== processId) receiver().terminate(message.applicationId, message.userId);
        return;
      case "restart":
        if (processOfNode(message.target) === processId) restart();
    }
  }
}

function stayOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}
