import type { RedisCommand } from "../redis/redis-link.ts";
import type { CommandBatch } from "./command-batch.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { COUNT } from "./redis-scripts.ts";

/** What counts need of the rest of the cluster. */
export interface RedisCountsParts {
  readonly batch: Pick<CommandBatch, "later">;
  readonly keys: RedisKeys;
  readonly nodeId: () => string;
  readonly publish: () => "PUBLISH" | "SPUBLISH";
  /** Announces a count to this node's own subscribers, where Redis cannot be asked for the sum. */
  readonly counted: (topic: string, subscriptions: number) => void;
  /** Whether Redis lacks nodes for a moment, and `reunited` is about to be called. */
  readonly isReuniting: () => boolean;
  /** A count over all nodes, for an application that had this node's alone reported. */
  readonly summed: (topic: string, sum: number) => void;
}

/** Sends a command. `unreadable` is called in place of `answered` when Redis cannot read its data, which all nodes write again. */
type Send = (command: RedisCommand, answered?: (answer: unknown) => void, unreadable?: () => void) => void;
type Summed = ((sum: number) => void) | undefined;

/** A count that has changed in this turn. */
interface Change {
  /** As Redis knows it. */
  readonly before: number;
  readonly summed: Summed;
}

/**
 * This node's part in the counts of channels that are announced or reported. Redis has the sum over all nodes announced, once a turn:
 * subscribers get the last count of a turn, also where it is the same as before, since one of them may be new.
 */
export class RedisCounts {
  readonly #parts: RedisCountsParts;
  readonly #send: Send;
  /** Topics whose count is announced or reported -> subscriptions on this node. */
  readonly #counts = new Map<string, number>();
  /** Topics of which an application had this node's count alone reported, while Redis could not be asked for the sum. */
  readonly #reportedAlone = new Set<string>();
  readonly #changed = new Map<string, Change>();
  #isOpen = false;
  /** Counts the times that everything was written. */
  #writing = 0;

  /** `send` sends a command, and deals with a refusal. */
  constructor(parts: RedisCountsParts, send: Send) {
    this.#parts = parts;
    this.#send = send;
  }

  /** As `ClusterCensus.announceSubscriptions`. */
  announce(topic: string, subscriptions: number, summed: Summed): void {
    const before = this.#counts.get(topic) ?? 0, changed = this.#changed.get(topic);
    if (subscriptions === 0) this.#counts.delete(topic);
    else this.#counts.set(topic, subscriptions);
    if (!this.#isOpen) return this.#announceAlone(topic, summed);
    this.#change(topic, changed === undefined ? before : changed.before, summed ?? changed?.summed);
  }

  /** As `RedisCensus.open`. */
  open(former: readonly string[]): void {
    this.#isOpen = true;
    this.#writing++;
    const { keys, isReuniting } = this.#parts;
    for (const [topic, subscriptions] of this.#counts) {
      if (former.length > 0) this.#send(["HDEL", keys.counts(topic), ...former]);
      const summed = this.#reportedAlone.has(topic)
        ? (sum: number) => this.#parts.summed(topic, sum)
        : undefined;
      // The sum is the same as before Redis has lost its data, once all nodes have written their parts.
      if (isReuniting()) this.#note(topic, subscriptions);
      else this.#count(topic, subscriptions, summed);
      if (isReuniting() && summed !== undefined) this.#change(topic, subscriptions, summed);
    }
    this.#reportedAlone.clear();
  }

  /** Redis knows all nodes again. */
  reunited(): void {
    if (this.#isOpen) this.#write();
  }

  /** Redis cannot be asked any more. */
  close(): void {
    this.#isOpen = false;
    for (const [topic, { summed }] of this.#changed) this.#announceAlone(topic, summed);
    this.#changed.clear();
  }

  #change(topic: string, before: number, summed: Summed): void {
    if (this.#changed.size === 0) this.#parts.batch.later(() => this.#write());
    this.#changed.set(topic, { before, summed });
  }

  #write(): void {
    // Redis would sum up the nodes that are back.
    if (this.#parts.isReuniting()) {
      for (const topic of this.#changed.keys()) this.#note(topic, this.#counts.get(topic) ?? 0);
      return;
    }
    for (const [topic, { before, summed }] of this.#changed) {
      const now = this.#counts.get(topic) ?? 0;
      // What has come and gone within the turn was never written.
      if (before > 0 || now > 0) this.#count(topic, now, summed);
    }
    this.#changed.clear();
  }

  /** This node's count is all there is. */
  #announceAlone(topic: string, summed: Summed): void {
    const subscriptions = this.#counts.get(topic) ?? 0;
    if (summed !== undefined) this.#reportedAlone.add(topic);
    this.#parts.counted(topic, subscriptions);
    summed?.(subscriptions);
  }

  #count(topic: string, subscriptions: number, summed?: Summed): void {
    const { keys, nodeId, publish } = this.#parts, { counted } = keys.node(nodeId());
    if (subscriptions > 0) this.#send(["SADD", counted, topic]);
    const args = [keys.channel(topic), publish(), nodeId(), subscriptions], writing = this.#writing;
    this.#send({ script: COUNT, keys: [keys.counts(topic)], args }, (sum) => {
      // It has announced the sum of some nodes. The one of all follows.
      if (this.#parts.isReuniting() || writing !== this.#writing) this.#change(topic, 1, summed);
      else summed?.(Number(sum));
    }, () => this.#change(topic, 1, summed));
    if (subscriptions === 0) this.#send(["SREM", counted, topic]);
  }

  /** Writes a count without having it announced. */
  #note(topic: string, subscriptions: number): void {
    const { keys, nodeId } = this.#parts, counts = keys.counts(topic);
    if (subscriptions === 0) return this.#send(["HDEL", counts, nodeId()]);
    this.#send(["SADD", keys.node(nodeId()).counted, topic]);
    this.#send(["HSET", counts, nodeId(), subscriptions]);
  }
}
