import type { DepartureMark } from "../hub/cluster/departure-mark.ts";
import type { DeliveryClock } from "./delivery-clock.ts";

/** A departure: a channel was vacated, or a user has left it with all connections. */
export interface Departure {
  readonly channel: string;
  /** The user; `undefined` where the channel was vacated. */
  readonly userId?: string | undefined;
  /** The entry at the other nodes, by which they are asked whether the departure still holds. */
  readonly mark?: DepartureMark | undefined;
}

interface Held {
  readonly departure: Departure;
  /** Millisecond since 1970. */
  readonly dueAt: number;
}

/** How many are held at most; of more the first are released early. */
const CAPACITY = 100_000;

/** What holding needs. */
export interface HeldDeparturesParts {
  readonly clock: DeliveryClock;
  /** Milliseconds for which a departure is held; read each time, since a reload may change them. */
  readonly holdFor: () => number;
  /** Called with a departure that was held for its time without a return. */
  readonly released: (departure: Departure) => void;
}

/**
 * Departures that wait before they are reported (`hold_seconds`). When the user or a subscriber comes back within that time, as a page
 * does that is reloaded, the departure is removed, and neither it nor the return is reported.
 */
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
    // An earlier departure may still be held here when the return was on another node.
    this.#held.delete(key);
    this.#held.set(key, { departure, dueAt: clock.now() + milliseconds });
    // While the server stops, all clients leave and nothing is released. There are no more departures than there were clients.
    if (this.#isPaused) return;
    while (this.#held.size > CAPACITY) this.#release(this.#held.values().next().value!);
    if (milliseconds === 0) this.#releaseDue();
    else this.#wait();
  }

  /** The user, or a subscriber of the channel, has come back: removes the departure. Returns whether there was one. */
  returned(channel: string, userId: string | undefined): boolean {
    return this.#held.size > 0 && this.#held.delete(keyOf({ channel, userId }));
  }

  /** The departure was reported: removes one of the same user and channel that the other nodes do not know of. */
  forget(channel: string, userId: string | undefined): void {
    const key = keyOf({ channel, userId }), held = this.#held.get(key);
    if (held !== undefined && held.departure.mark === undefined) this.#held.delete(key);
  }

  /** Releases no more departures. */
  pause(): void {
    this.#isPaused = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Ends, and returns the departures that are held. */
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
    this.#parts.released(held.departure);
  }
}

/** No channel's name holds a line feed, so the first one separates it from the user's id. */
function keyOf({ channel, userId }: Departure): string {
  return userId === undefined ? channel : `${channel}\n${userId}`;
}
