import { channelTopic } from "./topic.ts";

/** How long a cached event lives after it was published, in seconds (Pusher's longest). */
export const CACHE_SECONDS = 30 * 60;

/** The bounds of an {@link EventCache}. */
export interface EventCacheLimits {
  readonly maxEvents: number;
  /** Bytes of all frames together, counted as UTF-16 (two bytes a character): no engine stores a text in more. */
  readonly maxBytes: number;
}

interface CachedEvent {
  readonly frame: string;
  /** The second from which on it is no longer sent. */
  readonly expiresAt: number;
}

/**
 * The last event of each cache channel, kept with and without subscribers. It is bounded: when it is full, the events that were
 * published longest ago are dropped first. Keys are topics, so one cache serves all applications.
 */
export class EventCache {
  readonly #limits: EventCacheLimits;
  readonly #now: () => number;
  /** By topic, in the order of publishing: a new event moves its topic to the end. */
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

  /** The topics in the order of publishing, each with its frame and for how many seconds that counts. */
  *entries(): Generator<readonly [topic: string, frame: string, seconds: number]> {
    const now = this.#now();
    for (const [topic, { frame, expiresAt }] of this.#events) {
      if (expiresAt > now) yield [topic, frame, expiresAt - now];
    }
  }

  /**
   * Keeps a frame as the topic's last event, for so many seconds. A frame that alone exceeds the bounds is not kept; the event before it
   * is dropped.
   */
  put(topic: string, frame: string, seconds = CACHE_SECONDS): void {
    this.drop(topic);
    // Making room for it would drop the events of every channel of every application.
    if (2 * frame.length > this.#limits.maxBytes) return;
    this.#events.set(topic, { frame, expiresAt: this.#now() + seconds });
    this.#bytes += 2 * frame.length;
    for (const oldest of this.#events.keys()) {
      if (this.#events.size <= this.#limits.maxEvents && this.#bytes <= this.#limits.maxBytes) break;
      this.drop(oldest);
    }
  }

  /** The frame of the topic's last event; `undefined` when there is none or it is too old. */
  get(topic: string): string | undefined {
    const event = this.#events.get(topic);
    if (event === undefined) return undefined;
    if (this.#now() < event.expiresAt) return event.frame;
    this.drop(topic);
    return undefined;
  }

  /** Drops what is too old. Called now and then, so that events of channels to which no client subscribes are freed too. */
  sweep(): void {
    const now = this.#now();
    for (const [topic, event] of this.#events) {
      if (event.expiresAt > now) return;
      this.drop(topic);
    }
  }

  /** Drops the events of an application that was removed: a new application with the same id must not get them. */
  forget(applicationId: string): void {
    const prefix = channelTopic(applicationId, "");
    for (const topic of this.#events.keys()) if (topic.startsWith(prefix)) this.drop(topic);
  }

  /** Drops the topic's last event, if it has one. */
  drop(topic: string): void {
    const event = this.#events.get(topic);
    if (event === undefined) return;
    this.#bytes -= 2 * event.frame.length;
    this.#events.delete(topic);
  }
}
