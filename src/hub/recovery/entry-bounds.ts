import { Fifo } from "../fifo.ts";
import { ChannelLog, entryBytes, type LogEntry, type Retention } from "./channel-log.ts";

/** An entry in the queue of all entries that are kept for as long. */
interface Queued {
  readonly log: ChannelLog;
  readonly entry: LogEntry;
}

/** What a publish adds to a log. */
export type NewEntry = Pick<LogEntry, "position" | "frame" | "except" | "at" | "isPassing">;

/**
 * Bounds the logs of all channels together: by the events of each channel, by their age, and by the bytes of all. Beyond the bytes the
 * oldest entries of all channels go first. A publish costs one entry; nothing walks over channels.
 */
export class EntryBounds {
  /** All entries by the seconds that they are kept for, oldest first. There are as many of these queues as rules of retention. */
  readonly #queues = new Map<number, Fifo<Queued>>();
  #bytes = 0;

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an entry to a log, which then keeps within its `retention`. */
  append(log: ChannelLog, added: NewEntry, { events, seconds }: Retention): void {
    const entry: LogEntry = { ...added, isDropped: false };
    log.append(entry);
    this.#bytes += entryBytes(entry);
    let queue = this.#queues.get(seconds);
    if (queue === undefined) this.#queues.set(seconds, queue = new Fifo());
    queue.push({ log, entry });
    while (log.length > events) this.#dropFirst(log);
  }

  /** Drops what is too old at `now` (milliseconds). */
  expire(now: number): void {
    for (const [seconds, queue] of this.#queues) {
      for (let first = this.#front(queue); first !== undefined; first = this.#front(queue)) {
        if (first.entry.at + seconds * 1000 > now) break;
        this.#dropFirst(first.log);
      }
      if (queue.length === 0) this.#queues.delete(seconds);
    }
  }

  /** Drops the oldest entries until all together take no more than so many bytes. */
  shrinkTo(bytes: number): void {
    while (this.#bytes > bytes) {
      const oldest = this.#oldest();
      if (oldest === undefined) return;
      this.#dropFirst(oldest.log);
    }
  }

  /** Drops all entries of a log that is no longer needed. */
  drop(log: ChannelLog): void {
    while (log.length > 0) this.#dropFirst(log);
  }

  #oldest(): Queued | undefined {
    let oldest: Queued | undefined;
    for (const queue of this.#queues.values()) {
      const front = this.#front(queue);
      if (front !== undefined && !(oldest !== undefined && oldest.entry.position < front.entry.position)) {
        oldest = front;
      }
    }
    return oldest;
  }

  /** The first entry of a queue that is still in its log. */
  #front(queue: Fifo<Queued>): Queued | undefined {
    let front = queue.at(0);
    while (front?.entry.isDropped === true) {
      queue.shift();
      front = queue.at(0);
    }
    return front;
  }

  #dropFirst(log: ChannelLog): void {
    const entry = log.dropFirst();
    if (entry !== undefined) this.#bytes -= entryBytes(entry);
  }
}
