import type { ScalingConfig } from "../../config/config.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { RedisCommand } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import { Fifo } from "../../hub/fifo.ts";

/** How much may wait while Redis is away. */
export interface OutboxLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly maxSeconds: number;
}

/** The limits that a configuration sets. */
export function outboxLimits(
  { queueMaxEvents, queueMaxBytes, queueMaxSeconds }: ScalingConfig,
): OutboxLimits {
  return { maxEvents: queueMaxEvents, maxBytes: queueMaxBytes, maxSeconds: queueMaxSeconds };
}

/** Messages about the cluster itself that wait at most; each node asks twice after an outage. */
const MOST_NOTES = 200;

interface Entry {
  readonly command: RedisCommand;
  /** Makes the command of one that is sent again. */
  readonly again: ((command: RedisCommand) => RedisCommand) | undefined;
  /** Bytes of the message, counted as its characters. */
  readonly size: number;
  /** Second in which it was published. */
  readonly at: number;
  readonly lost: (() => void) | undefined;
  readonly over: ((isAnswered: boolean) => void) | undefined;
  /** Redis has answered. In a Redis Cluster a later one's answer may come first. */
  isTaken: boolean;
  /** It was sent before Redis went away, so that Redis may have taken it. */
  wasSent: boolean;
}

/**
 * Messages on their way to the other nodes, in order, each until Redis has taken it. While Redis is away they wait, within bounds: the
 * oldest are dropped first, and counted. One that was under way when Redis went away is sent again; receivers know it by its number.
 */
export class Outbox {
  readonly #batch: Pick<CommandBatch, "add">;
  readonly #limits: OutboxLimits;
  readonly #counters: ClusterCounters;
  readonly #now: () => number;
  readonly #waiting = new Fifo<Entry>();
  /** Messages about the cluster itself, which leave behind the events that wait. */
  #notes: RedisCommand[] = [];
  #bytes = 0;
  /** How many of those have been sent and not answered. */
  #sent = 0;
  #isOpen = false;
  /** Counts the times that it was opened: an answer from before the last one means nothing. */
  #period = 0;

  /** `now` gives seconds that only grow. */
  constructor(
    batch: Pick<CommandBatch, "add">,
    limits: OutboxLimits,
    counters: ClusterCounters,
    now: () => number,
  ) {
    this.#batch = batch;
    this.#limits = limits;
    this.#counters = counters;
    this.#now = now;
  }

  /** Events that Redis has not taken yet. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * `lost` is called when Redis refuses the event, or it is dropped; `over` when Redis has answered, or never will. `again` makes the
   * command of one that is sent once more, where it is another one.
   */
  push(
    command: RedisCommand,
    size: number,
    lost?: () => void,
    over?: (isAnswered: boolean) => void,
    again?: (command: RedisCommand) => RedisCommand,
  ): void {
    this.#counters.published++;
    this.#counters.publishedBytes += size;
    this.#waiting.push({ command, size, at: this.#now(), lost, over, again, isTaken: false, wasSent: false });
    this.#bytes += size;
    if (this.#isOpen) this.#send();
    this.#keepWithinBounds();
    this.#counters.queued = this.#waiting.length;
  }

  /**
   * Sends a message about the cluster itself behind the events that wait, of which it takes no place. It is sent once: it may be lost
   * when Redis goes away.
   */
  tell(command: RedisCommand): void {
    if (this.#isOpen) this.#batch.add(command);
    else if (this.#notes.length < MOST_NOTES) this.#notes.push(command);
  }

  /** Redis takes messages from now on; those that have waited go first. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#period++;
    this.expire();
    this.#send();
    const notes = this.#notes;
    this.#notes = [];
    for (const note of notes) this.tell(note);
  }

  /** Redis takes nothing any more. */
  close(): void {
    this.#isOpen = false;
    this.#sent = 0;
    this.#keepWithinBounds();
  }

  /** The batch has thrown away what it was to send: it is sent again. */
  reopen(): void {
    if (!this.#isOpen) return;
    this.close();
    this.open();
  }

  /** Drops messages that have waited for too long. */
  expire(): void {
    const tooOld = this.#now() - this.#limits.maxSeconds;
    this.#forgetTaken();
    while (this.#sent === 0 && (this.#waiting.at(0)?.at ?? Infinity) < tooOld) this.#drop("expired");
    this.#counters.queued = this.#waiting.length;
  }

  #send(): void {
    const period = this.#period;
    while (this.#sent < this.#waiting.length) {
      const entry = this.#waiting.at(this.#sent++)!;
      if (entry.isTaken) continue;
      const { wasSent, again, command: first } = entry;
      const command = wasSent && again !== undefined ? again(first) : first;
      entry.wasSent = true;
      this.#batch.add(command, (answer) => {
        if (period !== this.#period || !this.#isOpen) return;
        if (answer instanceof Error) {
          this.#counters.dropped.refused++;
          entry.lost?.();
        }
        entry.isTaken = true;
        entry.over?.(true);
        this.#forgetTaken();
        // What a script keeps in Redis is read there; a message alone is not late when it leaves some turns later.
      }, !("script" in command));
    }
  }

  #forgetTaken(): void {
    while (this.#waiting.at(0)?.isTaken === true) {
      this.#takeFirst();
      if (this.#sent > 0) this.#sent--;
    }
    this.#counters.queued = this.#waiting.length;
  }

  #keepWithinBounds(): void {
    // Messages that have been sent cannot be taken back.
    if (this.#sent > 0) return;
    this.#forgetTaken();
    const { maxEvents, maxBytes } = this.#limits;
    while (this.#waiting.length > maxEvents || this.#bytes > maxBytes) this.#drop("queue_full");
  }

  #drop(reason: "queue_full" | "expired"): void {
    const entry = this.#takeFirst();
    entry?.lost?.();
    entry?.over?.(false);
    this.#counters.dropped[reason]++;
  }

  #takeFirst(): Entry | undefined {
    const entry = this.#waiting.shift();
    this.#bytes -= entry?.size ?? 0;
    return entry;
  }
}
