import { Fifo } from "../fifo.ts";

/** An event that no log of this node has taken. */
export interface UnloggedEvent {
  readonly channel: string;
  readonly frame: string;
  readonly except: string | undefined;
  /** Milliseconds, by the clock that only grows. */
  readonly at: number;
}

/** Events that are kept at most. */
const MOST = 10_000;

/**
 * The last events of channels that no client of this node is on. A client may have been cut on another node before they came there, and
 * come back to this one: it hears of the cut a moment later, and its log begins with them.
 */
export class UnloggedEvents {
  readonly #events = new Fifo<UnloggedEvent>();
  readonly #milliseconds: number;

  /** `milliseconds` is how long an event is kept. */
  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  add(event: UnloggedEvent): void {
    this.#events.push(event);
    const oldest = event.at - this.#milliseconds;
    while (this.#events.length > MOST || (this.#events.at(0)?.at ?? Infinity) < oldest) this.#events.shift();
  }

  /** Takes one with this text away. False where there is none. */
  take(channel: string, frame: string, now: number): boolean {
    if (this.#events.length === 0) return false;
    const events = this.#events.take(this.#events.length).filter(({ at }) => at >= now - this.#milliseconds);
    const index = events.findIndex((event) => event.channel === channel && event.frame === frame);
    if (index !== -1) events.splice(index, 1);
    for (const event of events) this.#events.push(event);
    return index !== -1;
  }

  /** Those of a channel, oldest first. */
  of(channel: string, now: number): UnloggedEvent[] {
    const found: UnloggedEvent[] = [], oldest = now - this.#milliseconds;
    for (let index = 0; index < this.#events.length; index++) {
      const event = this.#events.at(index)!;
      if (event.channel === channel && event.at >= oldest) found.push(event);
    }
    return found;
  }
}
