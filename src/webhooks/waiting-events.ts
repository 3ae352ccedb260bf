import type { WaitingEvent } from "./batch.ts";

/** Bytes of one request at most, unless a single event is larger. PHP accepts 8 MB by default. */
const LARGEST = 1_048_576;

/** Events in the order in which they happened. An event is held back while its key is, so that the events of a channel stay in order. */
export class WaitingEvents {
  #events: WaitingEvent[] = [];
  /** Keys that are held back, and how many times. */
  readonly #held = new Map<string, number>();
  #free = 0;

  get length(): number {
    return this.#events.length;
  }

  /** How many are not held back. */
  get free(): number {
    return this.#free;
  }

  push(event: WaitingEvent): void {
    this.#events.push(event);
    if (!this.#held.has(event.key)) this.#free++;
  }

  /** Puts events before all others. */
  unshift(events: readonly WaitingEvent[]): void {
    this.#events = [...events, ...this.#events];
    this.#count();
  }

  /** Removes the oldest event, held back or not; `undefined` when there is none. */
  shift(): WaitingEvent | undefined {
    const event = this.#events.shift();
    if (event !== undefined && !this.#held.has(event.key)) this.#free--;
    return event;
  }

  /** Removes the events that happened before a millisecond since 1970. */
  expire(before: number): readonly WaitingEvent[] {
    let expired = 0;
    while (expired < this.#events.length && this.#events[expired]!.at < before) expired++;
    if (expired === 0) return [];
    const gone = this.#events.splice(0, expired);
    this.#count();
    return gone;
  }

  /** When the oldest event that is not held back happened, in milliseconds since 1970; `undefined` when there is none. */
  get since(): number | undefined {
    return this.#free === 0 ? undefined : this.#events.find(({ key }) => !this.#held.has(key))?.at;
  }

  /** Removes as many events as one request may carry, `most` at most, and holds back their keys. */
  take(most: number): readonly WaitingEvent[] {
    const taken: WaitingEvent[] = [], left: WaitingEvent[] = [];
    let bytes = 0, isFull = false;
    for (const event of this.#events) {
      if (isFull || this.#held.has(event.key)) left.push(event);
      else if (taken.length === most || bytes + event.bytes > LARGEST && taken.length > 0) {
        isFull = true;
        left.push(event);
      } else {
        taken.push(event);
        bytes += event.bytes;
      }
    }
    this.#events = left;
    this.hold(new Set(taken.map(({ key }) => key)));
    return taken;
  }

  /** Holds keys back until each was released as many times as it was held. */
  hold(keys: Iterable<string>): void {
    for (const key of keys) this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    this.#count();
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) {
      const others = (this.#held.get(key) ?? 1) - 1;
      if (others === 0) this.#held.delete(key);
      else this.#held.set(key, others);
    }
    this.#count();
  }

  /** Removes all events. */
  clear(): readonly WaitingEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#free = 0;
    return events;
  }

  #count(): void {
    this.#free = 0;
    for (const { key } of this.#events) if (!this.#held.has(key)) this.#free++;
  }
}
