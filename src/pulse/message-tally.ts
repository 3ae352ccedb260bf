import type { MessageCounts, MessageDirection, MinuteCount } from "./message-counts.ts";

/** What a tally needs. */
export interface MessageTallyOptions {
  /** The share of messages that is counted, from 0 to 1. */
  readonly sampleRate: number;
  /** Minutes of counts that are kept at most, over all applications and directions. */
  readonly capacity: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * Turns totals that only grow into counts per minute, and keeps them until they have been written. When it is full it drops the
 * oldest minute, which is also the first that Pulse's card stops showing.
 */
export class MessageTally {
  /** Messages of minutes that were dropped before they could be written. */
  dropped = 0;
  readonly #options: MessageTallyOptions;
  readonly #seen = new Map<string, MessageCounts>();
  /** Oldest first. */
  readonly #waiting = new Map<string, MinuteCount>();

  constructor(options: MessageTallyOptions) {
    this.#options = options;
  }

  /** Takes the totals to count from: messages before this are not counted. */
  begin(totals: Iterable<MessageCounts>): void {
    for (const { application, sent, received } of totals) {
      this.#seen.set(application, { application, sent, received });
    }
  }

  /** Takes the totals as they are at `now` (seconds since 1970), and counts the difference from the last time for that minute. */
  take(totals: Iterable<MessageCounts>, now: number): void {
    const minute = Math.floor(now / 60) * 60;
    for (const total of totals) {
      const { application, sent, received } = total;
      const before = this.#seen.get(application);
      this.#seen.set(application, { application, sent, received });
      this.#add(minute, application, "sent", sent - (before?.sent ?? 0));
      this.#add(minute, application, "received", received - (before?.received ?? 0));
    }
  }

  /** The counts that wait to be written, oldest first, `limit` of them at most. */
  waiting(limit: number): readonly MinuteCount[] {
    return this.#waiting.values().take(limit).toArray();
  }

  /** Removes counts that have been written. A count stays with its rest when less of it was written or more has come meanwhile. */
  written(counts: readonly MinuteCount[]): void {
    for (const written of counts) {
      const key = keyOf(written), waiting = this.#waiting.get(key);
      if (waiting === undefined) continue;
      const left = waiting.count - written.count;
      if (left > 0) this.#waiting.set(key, { ...waiting, count: left });
      else this.#waiting.delete(key);
    }
  }

  #add(minute: number, application: string, direction: MessageDirection, came: number): void {
    const count = this.#sampled(came);
    if (count <= 0) return;
    const key = keyOf({ minute, application, direction });
    const waiting = this.#waiting.get(key)?.count ?? 0;
    this.#waiting.set(key, { minute, application, direction, count: waiting + count });
    if (this.#waiting.size > this.#options.capacity) this.#dropOldest();
  }

  /** How many of the messages are counted at the sample rate; a fraction of a message is rounded up or down by chance. */
  #sampled(count: number): number {
    const { sampleRate, random } = this.#options;
    return sampleRate === 1 ? count : Math.floor(count * sampleRate + random());
  }

  #dropOldest(): void {
    for (const [key, { count }] of this.#waiting) {
      this.#waiting.delete(key);
      this.dropped += count;
      return;
    }
  }
}

function keyOf({ minute, application, direction }: Omit<MinuteCount, "count">): string {
  return `${minute} ${direction} ${application}`;
}
