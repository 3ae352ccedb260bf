import type { ClusterCensus } from "../hub/cluster/cluster-census.ts";
import type { RedisCommand } from "../redis/redis-link.ts";
import type { CommandBatch } from "./command-batch.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { ADMIT, COUNT } from "./redis-scripts.ts";

/** Channels in one HSET when everything is written again. */
const CHUNK = 500;

/** What the census needs of the rest of the cluster. */
export interface RedisCensusParts {
  readonly batch: CommandBatch;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Calls back at the end of the turn. */
  readonly defer: (flush: () => void) => void;
  /** Redis has refused to write something: what it has of this node is wrong until all of it is written again. */
  readonly refused: (error: Error) => void;
  /** Announces a count to this node's own subscribers, where Redis cannot be asked for the sum. */
  readonly counted: (topic: string, subscriptions: number) => void;
  /** A count over all nodes, for an application that had this node's alone reported. */
  readonly summed: (topic: string, sum: number) => void;
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
  /** Topics whose count is announced or reported -> subscriptions on this node. */
  readonly #counts = new Map<string, number>();
  /** Topics of which an application had this node's count alone reported, while Redis could not be asked for the sum. */
  readonly #reportedAlone = new Set<string>();
  /** Topics on which this node may hold users. */
  readonly #presences = new Set<string>();
  readonly #changedChannels = new Map<string, Set<string>>();
  readonly #changedConnections = new Set<string>();
  #isOpen = false;
  #isDue = false;

  constructor(parts: RedisCensusParts) {
    this.#parts = parts;
  }

  setSubscriptions(applicationId: string, channel: string, subscriptions: number): void {
    const { channels } = this.#application(applicationId);
    if (subscriptions === 0) channels.delete(channel);
    else channels.set(channel, subscriptions);
    if (!this.#isOpen) return;
    let changed = this.#changedChannels.get(applicationId);
    if (changed === undefined) this.#changedChannels.set(applicationId, changed = new Set());
    changed.add(channel);
    this.#writeSoon();
  }

  setConnections(applicationId: string, connections: number): void {
    this.#application(applicationId).connections = connections;
    if (!this.#isOpen) return;
    this.#changedConnections.add(applicationId);
    this.#writeSoon();
  }

  /** The command that asks whether this node may have one connection more. Those that have ended are taken off first. */
  admission(applicationId: string, limit: number): RedisCommand {
    this.#writeConnections(applicationId);
    const { keys, nodeId } = this.#parts;
    return { script: ADMIT, keys: [keys.connections(applicationId)], args: [nodeId(), limit] };
  }

  /** Redis has admitted a connection, and counts it. */
  admitted(applicationId: string): void {
    this.#application(applicationId).counted++;
  }

  announceSubscriptions(topic: string, subscriptions: number, summed?: (sum: number) => void): void {
    if (subscriptions === 0) this.#counts.delete(topic);
    else this.#counts.set(topic, subscriptions);
    if (this.#isOpen) return this.#count(topic, subscriptions, summed);
    // Alone for now, this node's count is all there is.
    if (summed !== undefined) this.#reportedAlone.add(topic);
    this.#parts.counted(topic, subscriptions);
    summed?.(subscriptions);
  }

  /** Notes that this node may hold users on a topic. */
  registerPresence(topic: string): void {
    this.#presences.add(topic);
    const { keys, nodeId } = this.#parts;
    this.#add(["SADD", keys.node(nodeId()).presences, topic]);
  }

  /** This node holds no user on a topic any more. */
  unregisterPresence(topic: string): void {
    this.#presences.delete(topic);
    const { keys, nodeId } = this.#parts;
    if (this.#isOpen) this.#add(["SREM", keys.node(nodeId()).presences, topic]);
  }

  /**
   * Writes everything, for a node that Redis does not know yet, and each change from now on. What earlier stays of this process
   * have left is not to be counted twice meanwhile.
   */
  open(former: readonly string[]): void {
    this.#isOpen = true;
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
    for (const [topic, subscriptions] of this.#counts) {
      if (former.length > 0) this.#add(["HDEL", keys.counts(topic), ...former]);
      const isWrong = this.#reportedAlone.has(topic);
      this.#count(topic, subscriptions, isWrong ? (sum) => this.#parts.summed(topic, sum) : undefined);
    }
    this.#reportedAlone.clear();
    this.#changedChannels.clear();
    this.#changedConnections.clear();
  }

  /** Writes nothing until it is opened again. */
  close(): void {
    this.#isOpen = false;
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

  #count(topic: string, subscriptions: number, summed?: (sum: number) => void): void {
    const { keys, nodeId, publish } = this.#parts, { counted } = keys.node(nodeId());
    if (subscriptions > 0) this.#add(["SADD", counted, topic]);
    const args = [keys.channel(topic), publish(), nodeId(), subscriptions];
    this.#add({ script: COUNT, keys: [keys.counts(topic)], args }, (sum) => summed?.(Number(sum)));
    if (subscriptions === 0) this.#add(["SREM", counted, topic]);
  }

  #writeSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#parts.defer(() => {
      this.#isDue = false;
      if (!this.#isOpen) return;
      this.#write();
      // Now and not with the next turn: Redis knows of a subscription before its client does.
      this.#parts.batch.flush();
    });
  }

  #write(): void {
    const { keys, nodeId } = this.#parts;
    for (const [applicationId, changed] of this.#changedChannels) {
      const key = keys.node(nodeId()).channels(applicationId);
      const { channels } = this.#application(applicationId);
      const gone = [...changed].filter((channel) => !channels.has(channel));
      const there = [...changed].flatMap((channel) => {
        const subscriptions = channels.get(channel);
        return subscriptions === undefined ? [] : [channel, subscriptions];
      });
      if (gone.length > 0) this.#add(["HDEL", key, ...gone]);
      if (there.length > 0) this.#add(["HSET", key, ...there]);
    }
    for (const applicationId of this.#changedConnections) this.#writeConnections(applicationId);
    this.#changedChannels.clear();
    this.#changedConnections.clear();
  }

  #add(command: RedisCommand, answered?: (answer: unknown) => void): void {
    const { batch, refused } = this.#parts;
    batch.add(command, (answer) => {
      if (answer instanceof Error) refused(answer);
      else answered?.(answer);
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
