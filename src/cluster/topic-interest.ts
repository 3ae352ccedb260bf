import type { Interest } from "./cluster.ts";
import type { SharedPresence } from "./shared-presence.ts";

/** One topic that matters to this node, or mattered a moment ago. */
export class TopicInterest {
  readonly topic: string;
  readonly channel: string;
  interest: Interest;
  /** Redis has confirmed that this node listens. */
  isConfirmed = false;
  /** Second after which the topic is given up; `undefined` while somebody needs it. */
  lingersUntil: number | undefined = undefined;
  /** Follows `interest.presence`. */
  presence: SharedPresence | undefined = undefined;
  /** Whether this node knows the topic's last event, and learns of each new one. */
  knowsEvent = false;
  #ready: (() => void) | undefined;
  /** Highest number seen of each process that published here. */
  #seen: Map<string, number> | undefined;

  constructor(topic: string, channel: string, interest: Interest, ready: () => void) {
    this.topic = topic;
    this.channel = channel;
    this.interest = interest;
    this.#ready = ready;
  }

  /** Somebody needs the topic again. */
  renew(interest: Interest, ready: () => void): void {
    this.interest = interest;
    this.#ready = ready;
    this.lingersUntil = undefined;
  }

  /** Nobody needs the topic any more. */
  linger(until: number): void {
    this.interest = {};
    this.#ready = undefined;
    this.presence = undefined;
    this.lingersUntil = until;
  }

  /** Everything that was asked for is there (or cannot be had, because Redis is away). */
  becomeReady(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }

  /** Whether a message has come before: a publisher repeats what was under way when it lost Redis. */
  isRepeated(origin: string, sequence: number): boolean {
    const seen = this.#seen ??= new Map();
    if (sequence <= (seen.get(origin) ?? -1)) return true;
    seen.set(origin, sequence);
    return false;
  }
}
