import type { Interest } from "../../hub/cluster/cluster-interest.ts";
import type { SharedPresence } from "../presence/shared-presence.ts";

/** Processes whose numbers a topic remembers: more than publish there at one time, so that only ended ones are forgotten. */
const MAX_ORIGINS = 256;

/** One topic that this node listens to, or listened to a moment ago. */
export class TopicInterest {
  readonly topic: string;
  readonly channel: string;
  /** Second since which this node has interest in it. */
  readonly since: number;
  interest: Interest;
  /** Redis has confirmed that this node listens. */
  isConfirmed = false;
  /** Second after which the topic is given up; `undefined` while this node has interest in it. */
  lingersUntil: number | undefined = undefined;
  /** Keeps `interest.presence`. */
  presence: SharedPresence | undefined = undefined;
  /** Whether this node knows the topic's last event and gets each new one. */
  knowsEvent = false;
  /** Number of this node's own last cached event, until it has come back through Redis. */
  awaitedEvent: number | undefined = undefined;
  #ready: (() => void) | undefined;
  /** The highest number seen of each process that has published here. */
  #seen: Map<string, number> | undefined;

  constructor(topic: string, channel: string, interest: Interest, ready: () => void, since: number) {
    this.since = since;
    this.topic = topic;
    this.channel = channel;
    this.interest = interest;
    this.#ready = ready;
  }

  /** There is interest in the topic again. */
  renew(interest: Interest, ready: () => void): void {
    this.interest = interest;
    this.#ready = ready;
    this.lingersUntil = undefined;
  }

  /** There is no interest in the topic any more. */
  linger(until: number): void {
    this.interest = {};
    this.#ready = undefined;
    this.presence = undefined;
    this.lingersUntil = until;
  }

  /** All that was asked for is there, or cannot be had because Redis is away. */
  becomeReady(): void {
    const ready = this.#ready;
    this.#ready = undefined;
    ready?.();
  }

  /**
   * This node publishes an event that is to be kept. Until it comes back through Redis it is the last one here, because in Redis it
   * follows on all that arrives before it. Returns what to call when Redis does not take it.
   */
  awaitEvent(sequence: number): (() => void) | undefined {
    if (!this.isConfirmed) return undefined;
    this.awaitedEvent = sequence;
    return () => {
      if (this.awaitedEvent === sequence) this.awaitedEvent = undefined;
    };
  }

  /** A cached event has come through Redis: whether it is the topic's last one for this node's clients. */
  isLastEvent(isOwn: boolean, sequence: number): boolean {
    if (isOwn && sequence === this.awaitedEvent) this.awaitedEvent = undefined;
    return this.awaitedEvent === undefined;
  }

  /** Events may have been missed. */
  forgetEvent(): void {
    this.knowsEvent = false;
    this.awaitedEvent = undefined;
  }

  /** The highest number seen of a process; 0 where none has come. */
  lastOf(origin: string): number {
    return this.#seen?.get(origin) ?? 0;
  }

  /** Whether a message has come before: a publisher sends again what was under way when it lost Redis. */
  isRepeated(origin: string, sequence: number): boolean {
    const seen = this.#seen ??= new Map(), last = seen.get(origin);
    if (last !== undefined && sequence <= last) return true;
    if (last === undefined && seen.size === MAX_ORIGINS) {
      for (const oldest of seen.keys()) {
        seen.delete(oldest);
        break;
      }
    }
    seen.set(origin, sequence);
    return false;
  }
}
