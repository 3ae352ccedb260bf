import { Fifo } from "../fifo.ts";
import { ChannelLog, entryBytes, type LogEntry, type Retention } from "./channel-log.ts";

/** An entry in the queue of all entries that are kept for as long. Without its frame, which is free as soon as the log drops it. */
interface Queued {
  readonly log: ChannelLog;
  readonly position: number;
  readonly at: number;
}

/** Places in the queues of entries that their logs have dropped, before the queues are copied without them. */
const SLACK = 1024;

/**
 * Bounds the logs of all channels together: by the events of each channel, by their age, and by the bytes of all. Beyond the bytes the
 * oldest entries of all channels go first. A publish costs one entry; nothing walks over channels.
 */
export class EntryBounds {
  /** All entries by the seconds that they are kept for, oldest first. There are as many of these queues as rules of retention. */
  readonly #queues = new Map<number, Fifo<Queued>>();
  #bytes = 0;
  #count = 0;
  /** Places in all queues. */
  #queued = 0;

  /** Places in all queues: a little more than twice the number of entries at most. */
  get queued(): number {
    return this.#queued;
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an entry to a log, which then keeps within its `retention`. */
  append(log: ChannelLog, added: LogEntry, { events, seconds }: Retention): void {
    log.append(added);
    this.#bytes += entryBytes(added);
    this.#count++;
    let queue = this.#queues.get(seconds);
    if (queue === undefined) this.#queues.set(seconds, queue = new Fifo());
    queue.push({ log, position: added.position, at: added.at });
    this.#queued++;
    while (log.length > events) this.#dropFirst(log);
    if (this.#queued > 2 * this.#count + SLACK) this.#tidy();
  }

  /** Drops what is too old at `now` (milliseconds). */
  expire(now: number): void {
    for (const [seconds, queue] of this.#queues) {
      for (let first = this.#front(queue); first !== undefined; first = this.#front(queue)) {
        if (first.at + seconds * 1000 > now) break;
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
      if (front !== undefined && !(oldest !== undefined && oldest.position < front.position)) {
        oldest = front;
      }
    }
    return oldest;
  }

  /** The first entry of a queue that is still in its log. */
  #front(queue: Fifo<Queued>): Queued | undefined {
    let front = queue.at(0);
    while (front !== undefined && isDropped(front)) {
      queue.shift();
      this.#queued--;
      front = queue.at(0);
    }
    return front;
  }

  /** Copies the queues without what the logs have dropped. */
  #tidy(): void {
    this.#queued = 0;
    for (const [seconds, queue] of this.#queues) {
      const tidy = new Fifo<Queued>();
      for (const each of queue.take(queue.length)) if (!isDropped(each)) tidy.push(each);
      this.#queues.set(seconds, tidy);
      this.#queued += tidy.length;
    }
  }

  #dropFirst(log: ChannelLog): void {
    const entry = log.dropFirst();
    if (entry === undefined) return;
    this.#bytes -= entryBytes(entry);
    this.#count--;
  }
}

/** Whether an entry has left its log, from which only the oldest ones go. */
function isDropped({ log, position }: Queued): boolean {
  return log.first === undefined || log.first.position > position;
}
