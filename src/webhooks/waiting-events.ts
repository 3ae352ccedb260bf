import type { WaitingEvent } from "./batch.ts";
import { EventLine, Waiting } from "./event-line.ts";
import { FairShares } from "./fair-shares.ts";
import { LinkedList } from "./linked-list.ts";
import { ReadyLines } from "./ready-lines.ts";

/** Bytes of one request at most, unless a single event is larger. PHP accepts 8 MB by default. */
const LARGEST = 1_048_576;

/** The event that is dropped for another. */
export interface DroppedEvent {
  readonly event: WaitingEvent;
  /** The connection that has caused it, and its address; both are empty where they are not known. */
  readonly connection: string;
  readonly address: string;
  /** Whether the connection had caused more than an equal share of what waits. */
  readonly isOverShare: boolean;
}

/**
 * Events in the order in which they happened. An event is held back while its key is, so that the events of a channel stay in order.
 * Nothing here walks over all events: adding, removing and dropping one takes constant time, taking one the logarithm of the keys'
 * number.
 */
export class WaitingEvents {
  readonly #all = new LinkedList<Waiting>();
  /** By key; those that are empty and not held back are removed. */
  readonly #lines = new Map<string, EventLine>();
  /** The lines that are neither empty nor held back. */
  readonly #ready = new ReadyLines<EventLine>();
  readonly #shares = new FairShares<Waiting>();
  #free = 0;
  /** The orders of the next event behind all others, and of the next one before them. */
  #next = 0;
  #before = -1;

  get length(): number {
    return this.#all.length;
  }

  /** How many are not held back. */
  get free(): number {
    return this.#free;
  }

  push(event: WaitingEvent): void {
    this.#insert(event, this.#next++, false);
  }

  /** Puts events before all others. */
  unshift(events: readonly WaitingEvent[]): void {
    for (const event of events.toReversed()) this.#insert(event, this.#before--, true);
  }

  /** Removes the event that is the first to be given up when too many wait, held back or not; `undefined` when there is none. */
  drop(): DroppedEvent | undefined {
    const first = this.#shares.firstToGo;
    if (first === undefined) return undefined;
    this.#remove(first.value);
    return { ...first, event: first.value.event };
  }

  /** Removes the events that happened before a millisecond since 1970. */
  expire(before: number): readonly WaitingEvent[] {
    const expired: WaitingEvent[] = [];
    for (
      let first = this.#all.first;
      first !== undefined && first.event.at < before;
      first = this.#all.first
    ) {
      this.#remove(first);
      expired.push(first.event);
    }
    return expired;
  }

  /** When the oldest event that is not held back happened, in milliseconds since 1970; `undefined` when there is none. */
  get since(): number | undefined {
    return this.#ready.first?.events.first?.event.at;
  }

  /** Removes as many events as one request may carry, `most` at most, and holds back their keys. */
  take(most: number): readonly WaitingEvent[] {
    const taken: WaitingEvent[] = [];
    let bytes = 0;
    while (taken.length < most) {
      const next = this.#ready.first?.events.first;
      if (next === undefined || bytes + next.event.bytes > LARGEST && taken.length > 0) break;
      this.#remove(next);
      taken.push(next.event);
      bytes += next.event.bytes;
    }
    this.hold(new Set(taken.map(({ key }) => key)));
    return taken;
  }

  /** Holds keys back until each was released as many times as it was held. */
  hold(keys: Iterable<string>): void {
    for (const key of keys) {
      const line = this.#lineOf(key);
      if (line.holds++ > 0) continue;
      this.#free -= line.events.length;
      this.#ready.remove(line);
    }
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) {
      const line = this.#lines.get(key);
      if (line === undefined || line.holds === 0 || --line.holds > 0) continue;
      this.#free += line.events.length;
      this.#settle(line);
    }
  }

  /** The events with a key, in order; `undefined` when there are more than `most`. */
  withKey(key: string, most: number): readonly WaitingEvent[] | undefined {
    const events = this.#lines.get(key)?.events;
    if (events === undefined) return [];
    return events.length > most ? undefined : Array.from(events, ({ event }) => event);
  }

  /** Removes all events with a key. */
  removeKey(key: string): readonly WaitingEvent[] {
    const waiting = [...this.#lines.get(key)?.events ?? []];
    for (const each of waiting) this.#remove(each);
    return waiting.map(({ event }) => event);
  }

  /** Removes all events. */
  clear(): readonly WaitingEvent[] {
    const waiting = [...this.#all];
    for (const each of waiting) this.#remove(each);
    return waiting.map(({ event }) => event);
  }

  #insert(event: WaitingEvent, order: number, isFirst: boolean): void {
    const line = this.#lineOf(event.key);
    void new Waiting(event, order, line, { all: this.#all, shares: this.#shares, isFirst });
    if (line.holds > 0) return;
    this.#free++;
    if (isFirst || line.events.length === 1) this.#ready.moved(line);
  }

  #remove(waiting: Waiting): void {
    const { line } = waiting;
    this.#all.remove(waiting.inAll);
    line.events.remove(waiting.inLine);
    this.#shares.remove(waiting.part);
    if (line.holds > 0) return;
    this.#free--;
    this.#settle(line);
  }

  /** Puts a line that is not held back where it belongs. */
  #settle(line: EventLine): void {
    if (line.events.length > 0) return this.#ready.moved(line);
    this.#ready.remove(line);
    this.#lines.delete(line.key);
  }

  #lineOf(key: string): EventLine {
    let line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, line = new EventLine(key));
    return line;
  }
}
