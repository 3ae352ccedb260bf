import { Fifo } from "../fifo.ts";

/** An event in a channel's log. */
export interface LogEntry {
  /** Its place among everything that is numbered: grows from entry to entry, over all channels of the application. */
  readonly position: number;
  /** As it was sent to the subscribers. */
  readonly frame: string;
  /** The `socket_id` that was left out. */
  readonly except: string | undefined;
  /** Milliseconds, by the clock that only grows, when it was published. */
  readonly at: number;
  /**
   * Whether it is about the present (a member came or left, a count changed). It is there only for clients that are being sent what
   * they have missed, and so are not on the topic; it is never sent again.
   */
  readonly isPassing: boolean;
}

/** Bytes that an entry costs besides the text of its frame. */
const ENTRY_BYTES = 120;

/** How much of a log is kept. */
export interface Retention {
  readonly events: number;
  readonly seconds: number;
}

/** The bytes that an entry takes in memory, at most: no engine stores a text in more than two bytes a character. */
export function entryBytes({ frame }: Pick<LogEntry, "frame">): number {
  return ENTRY_BYTES + 2 * frame.length;
}

/**
 * What was published last on one channel, in order. It knows how far back it goes: a reader whose position lies before `lost` cannot be
 * sent all that it has missed.
 */
export class ChannelLog {
  readonly #entries = new Fifo<LogEntry>();
  /** Position of the newest entry that is gone, or of the log's beginning: nothing up to it can be sent again. */
  #lost: number;
  #head: number;

  /** `position` is a number of its own, so that every position from before the log's beginning counts as lost. */
  constructor(position: number) {
    this.#lost = this.#head = position;
  }

  /** Position of the last entry; of the beginning where there was none yet. */
  get head(): number {
    return this.#head;
  }

  get lost(): number {
    return this.#lost;
  }

  get length(): number {
    return this.#entries.length;
  }

  get first(): LogEntry | undefined {
    return this.#entries.at(0);
  }

  append(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#head = entry.position;
  }

  /** Events may be missing: it begins anew. There MUST be no entries. */
  beginAgain(position: number): void {
    this.#lost = this.#head = position;
  }

  /** All entries, oldest first. */
  entries(): LogEntry[] {
    return this.slice(-1, this.#entries.length);
  }

  /** Drops the oldest entry, and returns it. */
  dropFirst(): LogEntry | undefined {
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    // An event about the present is no loss to a client that returns later.
    if (!entry.isPassing) this.#lost = entry.position;
    return entry;
  }

  /** Whether everything that was published behind a position is still there. */
  reaches(position: number): boolean {
    return position >= this.#lost;
  }

  /** The first entry behind a position; `undefined` when there is none. */
  after(position: number): LogEntry | undefined {
    return this.#entries.at(this.#indexAfter(position));
  }

  /** The entries behind a position, at most so many. */
  slice(position: number, count: number): LogEntry[] {
    const start = this.#indexAfter(position), entries: LogEntry[] = [];
    for (let index = start; entries.length < count; index++) {
      const entry = this.#entries.at(index);
      if (entry === undefined) break;
      entries.push(entry);
    }
    return entries;
  }

  /** The last entries that are no older than `since` (milliseconds), at most `count`, oldest first. */
  last(count: number, since: number): LogEntry[] {
    const entries: LogEntry[] = [];
    for (let index = this.#entries.length - 1; index >= 0 && entries.length < count; index--) {
      const entry = this.#entries.at(index)!;
      if (entry.at < since) break;
      if (!entry.isPassing) entries.push(entry);
    }
    return entries.reverse();
  }

  /** Entries stand in the order of their positions, which have holes. */
  #indexAfter(position: number): number {
    let low = 0, high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries.at(middle)!.position > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
