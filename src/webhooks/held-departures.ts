import type { DepartureMark } from "../hub/cluster/departure-mark.ts";
import type { DeliveryClock } from "./delivery-clock.ts";

/** A departure: a channel lost its last subscription, or a user left with the last of its connections. */
export interface Departure {
  readonly channel: string;
  /** The user; `undefined` where the channel is vacant. */
  readonly userId?: string | undefined;
  /** What to ask the other nodes by, whether it is still so. */
  readonly mark?: DepartureMark | undefined;
}

interface Held {
  readonly departure: Departure;
  /** Millisecond since 1970. */
  readonly dueAt: number;
}

/** How many are held at most; the first of more are told at once. */
const CAPACITY = 100_000;

/** What holding needs. */
export interface HeldDeparturesParts {
  readonly clock: DeliveryClock;
  /** Milliseconds; asked for each time. */
  readonly holdFor: () => number;
  /** The time is over and the user, or a subscriber, has not come back. */
  readonly passed: (departure: Departure) => void;
}

/** Departures that are not reported yet: a client that comes back in time, as after a page was loaded again, has never left. */
export class HeldDepartures {
  readonly #parts: HeldDeparturesParts;
  /** In the order in which they are due: each is held equally long. */
  readonly #held = new Map<string, Held>();
  #cancelTimer: (() => void) | undefined;
  #isPaused = false;

  constructor(parts: HeldDeparturesParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#held.size;
  }

  hold(departure: Departure): void {
    const { clock, holdFor } = this.#parts, key = keyOf(departure), milliseconds = holdFor();
    // Of an earlier departure that another node has seen come back.
    this.#held.delete(key);
    this.#held.set(key, { departure, dueAt: clock.now() + milliseconds });
    // At a stop every client leaves, and nothing is reported: there are no more departures than there were clients.
    if (this.#isPaused) return;
    while (this.#held.size > CAPACITY) this.#release(this.#held.values().next().value!);
    if (milliseconds === 0) this.#releaseDue();
    else this.#wait();
  }

  /** A user or a subscriber has come: their departure is held no longer. Returns whether one was held. */
  returned(channel: string, userId: string | undefined): boolean {
    return this.#held.size > 0 && this.#held.delete(keyOf({ channel, userId }));
  }

  /** The departure has been told: one of the same that no other node knows of says nothing more. */
  forget(channel: string, userId: string | undefined): void {
    const key = keyOf({ channel, userId }), held = this.#held.get(key);
    if (held !== undefined && held.departure.mark === undefined) this.#held.delete(key);
  }

  /** Lets nothing pass any more for having been held long enough. */
  pause(): void {
    this.#isPaused = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Ends; what was held is left for later. */
  stop(): readonly Departure[] {
    this.pause();
    const departures = Array.from(this.#held.values(), ({ departure }) => departure);
    this.#held.clear();
    return departures;
  }

  #wait(): void {
    const first = this.#held.values().next().value;
    if (first === undefined || this.#cancelTimer !== undefined) return;
    const { clock } = this.#parts;
    this.#cancelTimer = clock.after(Math.max(0, first.dueAt - clock.now()), () => {
      this.#cancelTimer = undefined;
      this.#releaseDue();
      this.#wait();
    });
  }

  #releaseDue(): void {
    const now = this.#parts.clock.now();
    for (const held of this.#held.values()) {
      if (held.dueAt > now) return;
      this.#release(held);
    }
  }

  #release(held: Held): void {
    this.#held.delete(keyOf(held.departure));
    this.#parts.passed(held.departure);
  }
}

/** No channel's name has a line feed, so that the first one parts it from the user's id. */
function keyOf({ channel, userId }: Departure): string {
  return userId === undefined ? channel : `${channel}\n${userId}`;
}
