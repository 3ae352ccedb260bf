import type { ClusterCensus } from "../hub/cluster/cluster-census.ts";
import type { RedisCommand } from "../redis/redis-link.ts";
import type { CommandBatch } from "./command-batch.ts";
import { RedisCounts, type RedisCountsParts } from "./redis-counts.ts";
import { ADMIT } from "./redis-scripts.ts";

/** Channels in one HSET when everything is written again. */
const CHUNK = 500;

/** What the census needs of the rest of the cluster. */
export interface RedisCensusParts extends RedisCountsParts {
  readonly batch: CommandBatch;
  /**
   * Redis has refused to write something: what it has of this node is wrong until all of it is written again. Answers with whether that
   * is about to happen, because Redis could not read its data.
   */
  readonly refused: (error: Error, command: RedisCommand) => boolean;
}

interface ApplicationCounts {
  /** Established connections here. */
  connections: number;
  /** How many of this node's connections Redis counts. */
  counted: number;
  readonly channels: Map<string, number>;
}

/**
 * What this node keeps in Redis about itself: how many subscriptions each channel has here, how many connections there are, and on
 * which topics it may hold users or counts, which a survivor clears up after a crash. What changed in one turn of the event loop is
 * written once, at its end. Connections are written as differences, because Redis itself counts each one that it admits.
 */
export class RedisCensus implements ClusterCensus {
  readonly #parts: RedisCensusParts;
  readonly #applications = new Map<string, ApplicationCounts>();
  readonly #counts: RedisCounts;
  /** Topics on which this node may hold users. */
  readonly #presences = new Set<string>();
  /** Application -> channel whose subscriptions have changed in this turn -> how many Redis knows of. */
  readonly #changedChannels = new Map<string, Map<string, number>>();
  readonly #changedConnections = new Set<string>();
  #isOpen = false;
  /** Counts the times that everything was written: what Redis has counted before is written over. */
  #writing = 0;

  constructor(parts: RedisCensusParts) {
    this.#parts = parts;
    this.#counts = new RedisCounts(parts, (...call) => this.#add(...call));
  }

  setSubscriptions(applicationId: string, channel: string, subscriptions: number): void {
    const { channels } = this.#application(applicationId), before = channels.get(channel) ?? 0;
    if (subscriptions === 0) channels.delete(channel);
    else channels.set(channel, subscriptions);
    if (!this.#isOpen) return;
    this.#writeSoon();
    let changed = this.#changedChannels.get(applicationId);
    if (changed === undefined) this.#changedChannels.set(applicationId, changed = new Map());
    if (!changed.has(channel)) changed.set(channel, before);
  }

  setConnections(applicationId: string, connections: number): void {
    this.#application(applicationId).connections = connections;
    if (!this.#isOpen) return;
    this.#writeSoon();
    this.#changedConnections.add(applicationId);
  }

  /** The command that asks whether this node may have one connection more. Those that have ended are taken off first. */
  admission(applicationId: string, limit: number): RedisCommand {
    this.#writeConnections(applicationId);
    const { keys, nodeId } = this.#parts;
    return { script: ADMIT, keys: [keys.connections(applicationId)], args: [nodeId(), limit] };
  }

  get writing(): number {
    return this.#writing;
  }

  /** Redis has admitted a connection, and counts it. MUST NOT be called when everything was written since it was asked. */
  admitted(applicationId: string): void {
    this.#application(applicationId).counted++;
  }

  announceSubscriptions(topic: string, subscriptions: number, summed?: (sum: number) => void): void {
    this.#counts.announce(topic, subscriptions, summed);
  }

  /** Notes that this node may hold users on a topic. */
  registerPresence(topic: string): void {
    this.#presences.add(topic);
    const { keys, nodeId } = this.#parts;
    this.#add(["SADD", keys.node(nodeId()).presences, topic]);
  }

  /** This node holds no user on a topic any more. */
  unregisterPresence(topic: string): void {
    if (!this.#presences.delete(topic)) return;
    const { keys, nodeId } = this.#parts;
    if (this.#isOpen) this.#add(["SREM", keys.node(nodeId()).presences, topic]);
  }

  /**
   * Writes everything, for a node that Redis does not know yet, and each change from now on. What earlier stays of this process
   * have left is not to be counted twice meanwhile.
   */
  open(former: readonly string[]): void {
    this.#isOpen = true;
    this.#writing++;
    for (const stay of former) this.#listAgain(stay);
    const { keys, nodeId } = this.#parts, node = keys.node(nodeId());
    for (const [applicationId, application] of this.#applications) {
      this.#add(["SADD", node.applications, applicationId]);
      if (former.length > 0) this.#add(["HDEL", keys.connections(applicationId), ...former]);
      this.#add(["HSET", keys.connections(applicationId), nodeId(), application.connections]);
      application.counted = application.connections;
      const entries = [...application.channels];
      for (let start = 0; start < entries.length; start += CHUNK) {
        this.#add(["HSET", node.channels(applicationId), ...entries.slice(start, start + CHUNK).flat()]);
      }
    }
    this.#counts.open(former);
    this.#changedChannels.clear();
    this.#changedConnections.clear();
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    this.#counts.reunited();
  }

  /** Writes nothing until it is opened again. */
  close(): void {
    this.#isOpen = false;
    this.#changedChannels.clear();
    this.#changedConnections.clear();
    this.#counts.close();
  }

  /**
   * Writes again what an earlier stay may have left, so that the clearing that follows finds it. A process that was stopped in the
   * middle of a write finishes it when it goes on, and by then another node may have cleared up the stay, its lists included.
   */
  #listAgain(stay: string): void {
    const { applications, presences } = this.#parts.keys.node(stay);
    for (
      const [list, names] of [[applications, [...this.#applications.keys()]], [presences, [
        ...this.#presences,
      ]]] as const
    ) {
      for (let start = 0; start < names.length; start += CHUNK) {
        this.#add(["SADD", list, ...names.slice(start, start + CHUNK)]);
      }
    }
  }

  #application(id: string): ApplicationCounts {
    let application = this.#applications.get(id);
    if (application === undefined) {
      this.#applications.set(id, application = { connections: 0, counted: 0, channels: new Map() });
      if (this.#isOpen) {
        const { keys, nodeId } = this.#parts;
        this.#add(["SADD", keys.node(nodeId()).applications, id]);
      }
    }
    return application;
  }

  #writeSoon(): void {
    if (this.#changedChannels.size + this.#changedConnections.size > 0) return;
    this.#parts.batch.later(() => this.#write());
  }

  #write(): void {
    const { keys, nodeId } = this.#parts;
    for (const [applicationId, changed] of this.#changedChannels) {
      const key = keys.node(nodeId()).channels(applicationId),
        { channels } = this.#application(applicationId);
      const gone: string[] = [], there: (string | number)[] = [];
      for (const [channel, before] of changed) {
        const now = channels.get(channel) ?? 0;
        // What has come and gone within the turn was never written.
        if (now === before) continue;
        if (now === 0) gone.push(channel);
        else there.push(channel, now);
      }
      if (gone.length > 0) this.#add(["HDEL", key, ...gone]);
      if (there.length > 0) this.#add(["HSET", key, ...there]);
    }
    for (const applicationId of this.#changedConnections) this.#writeConnections(applicationId);
    this.#changedChannels.clear();
    this.#changedConnections.clear();
  }

  #add(command: RedisCommand, answered?: (answer: unknown) => void, unreadable?: () => void): void {
    const { batch, refused } = this.#parts;
    batch.add(command, (answer) => {
      if (!(answer instanceof Error)) answered?.(answer);
      else if (refused(answer, command)) unreadable?.();
    });
  }

  #writeConnections(applicationId: string): void {
    const { keys, nodeId } = this.#parts, application = this.#application(applicationId);
    const difference = application.connections - application.counted;
    if (difference === 0) return;
    this.#add(["HINCRBY", keys.connections(applicationId), nodeId(), difference]);
    application.counted = application.connections;
  }
}
