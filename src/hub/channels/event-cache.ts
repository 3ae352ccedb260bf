import { channelTopic } from "./topic.ts";

/** How long a cached event lives after it was published, in seconds (Pusher's longest). */
export const CACHE_SECONDS = 30 * 60;

/** The bounds of an {@link EventCache}. */
export interface EventCacheLimits {
  readonly maxEvents: number;
  /** Bytes of all frames together, counted as UTF-16 (two a character), which is what a frame can take at most. */
  readonly maxBytes: number;
}

interface CachedEvent {
  readonly frame: string;
  /** Second after which it is no longer given out. */
  readonly expiresAt: number;
}

/**
 * The last event of each cache channel, kept whether or not somebody is subscribed. Bounded: when it is full, the events
 * published longest ago go first. Keys are topics, so one cache serves all applications.
 */
export class EventCache {
  readonly #limits: EventCacheLimits;
  readonly #now: () => number;
  /** In publishing order: a new event of a channel moves it to the end. */
  readonly #events = new Map<string, CachedEvent>();
  #bytes = 0;

  /** `now` gives seconds. */
  constructor(limits: EventCacheLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get size(): number {
    return this.#events.size;
  }

  /** Keeps an event frame as the topic's last. A frame that alone exceeds the bounds only drops its predecessor. */
  put(topic: string, frame: string): void {
    this.drop(topic);
    // Making room for it would empty the cache, for every channel and application.
    if (2 * frame.length > this.#limits.maxBytes) return;
    this.#events.set(topic, { frame, expiresAt: this.#now() + CACHE_SECONDS });
    this.#bytes += 2 * frame.length;
    for (const oldest of this.#events.keys()) {
      if (this.#events.size <= this.#limits.maxEvents && this.#bytes <= this.#limits.maxBytes) break;
      this.drop(oldest);
    }
  }

  /** The topic's last event frame, unless there is none or it is too old. */
  get(topic: string): string | undefined {
    const event = this.#events.get(topic);
    if (event === undefined) return undefined;
    if (this.#now() < event.expiresAt) return event.frame;
    this.drop(topic);
    return undefined;
  }

  /** Frees what is too old; called now and then so that nobody's asking is not a leak. */
  sweep(): void {
    const now = this.#now();
    for (const [topic, event] of this.#events) {
      if (event.expiresAt > now) return;
      this.drop(topic);
    }
  }

  /** Drops the events of an application that is gone: another one may come by the same id. */
  forget(applicationId: string): void {
    const prefix = channelTopic(applicationId, "");
    for (const topic of this.#events.keys()) if (topic.startsWith(prefix)) this.drop(topic);
  }

  /** Forgets the topic's last event. */
  drop(topic: string): void {
    const event = this.#events.get(topic);
    if (event === undefined) return;
    this.#bytes -= 2 * event.frame.length;
    this.#events.delete(topic);
  }
}
