import { type Link, LinkedList } from "./linked-list.ts";
import type { DeliveryClock } from "./delivery-clock.ts";

/** Milliseconds in which a channel has one miss reported. Many clients come at once, and one event fills the cache for all of them. */
export const MISS_WINDOW = 10_000;

/** Channels that are kept at most. */
const CAPACITY = 10_000;

interface Miss {
  readonly channel: string;
  /** Millisecond in which its window ends. */
  readonly end: number;
}

/** The cache channels that clients have found empty lately. */
export class RecentMisses {
  readonly #clock: DeliveryClock;
  readonly #byChannel = new Map<string, Link<Miss>>();
  /** In the order in which their windows end. */
  readonly #inOrder = new LinkedList<Miss>();

  constructor(clock: DeliveryClock) {
    this.#clock = clock;
  }

  /** Notes a miss; false when there was one of the same channel within the window. */
  isNew(channel: string): boolean {
    const now = this.#clock.now();
    for (let { first } = this.#inOrder; first !== undefined; { first } = this.#inOrder) {
      if (first.end > now && this.#byChannel.size <= CAPACITY) break;
      this.forget(first.channel);
    }
    if (this.#byChannel.has(channel)) return false;
    this.#byChannel.set(channel, this.#inOrder.push({ channel, end: now + MISS_WINDOW }));
    return true;
  }

  /** The miss was not reported after all. */
  forget(channel: string): void {
    const link = this.#byChannel.get(channel);
    if (link === undefined) return;
    this.#byChannel.delete(channel);
    this.#inOrder.remove(link);
  }
}
