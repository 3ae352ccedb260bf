import type { DeliveryClock } from "./delivery-clock.ts";

/** Milliseconds in which one miss of a channel stands for all: many clients come at once, and one event fills the cache for them. */
export const MISS_WINDOW = 10_000;

/** Channels whose window is remembered at most. */
const CAPACITY = 10_000;

/** Knows which cache channels have been found empty lately. */
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
