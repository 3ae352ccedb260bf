import type { DeliveryClock } from "./delivery-clock.ts";

/** Milliseconds in which a channel has one miss reported. Many clients come at once, and one event fills the cache for all of them. */
export const MISS_WINDOW = 10_000;

/** Channels that are kept at most. */
const CAPACITY = 10_000;

/** The cache channels that clients have found empty lately. */
export class RecentMisses {
  readonly #clock: DeliveryClock;
  /** Channel -> millisecond in which its window ends, in this order. */
  readonly #windows = new Map<string, number>();

  constructor(clock: DeliveryClock) {
    this.#clock = clock;
  }

  /** Notes a miss; false when there was one of the same channel within the window. */
  isNew(channel: string): boolean {
    const now = this.#clock.now();
    for (const [each, end] of this.#windows) {
      if (end > now && this.#windows.size <= CAPACITY) break;
      this.#windows.delete(each);
    }
    if (this.#windows.has(channel)) return false;
    this.#windows.set(channel, now + MISS_WINDOW);
    return true;
  }
}
