import type { DepartureMark } from "../hub/cluster/departure-mark.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import { type EventOrigin, originOf } from "./event-origin.ts";
import { FairShares, type Part } from "./fair-shares.ts";
import { type Link, LinkedList } from "./linked-list.ts";

/** A departure: a channel was vacated, or a user has left it with all connections. */
export interface Departure {
  readonly channel: string;
  /** The user; `undefined` where the channel was vacated. */
  readonly userId?: string | undefined;
  /** The entry at the other nodes, by which they are asked whether the departure still holds. */
  readonly mark?: DepartureMark | undefined;
  /** What has caused it; missing in what an earlier version of the server has left. */
  readonly origin?: EventOrigin | undefined;
}

/** How many are held at most, and how many bytes they may take. Of more some are released early. */
const CAPACITY = 100_000, MOST_BYTES = 67_108_864;
/**
 * How many of these may be such as any client can cause, by one public channel after the other. As many as webhooks wait for the
 * application: more departures at once could not be reported anyway.
 */
const MOST_OPEN = 10_000;

/** Bytes that a departure takes besides its names, about. */
const OVERHEAD = 512;

/** A departure that waits, with its places in both orders that it is in. */
class Held {
  readonly departure: Departure;
  readonly key: string;
  /** Millisecond since 1970. */
  readonly dueAt: number;
  readonly bytes: number;
  readonly link: Link<Held>;
  readonly part: Part<Held>;

  constructor(departure: Departure, dueAt: number, inOrder: LinkedList<Held>, shares: FairShares<Held>) {
    this.departure = departure;
    this.key = keyOf(departure);
    this.dueAt = dueAt;
    // A character takes two bytes at most.
    this.bytes = OVERHEAD + 2 * this.key.length;
    this.link = inOrder.push(this);
    this.part = shares.add(this, departure.origin ?? originOf(departure.channel, undefined), this.bytes);
  }
}

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
  readonly #byKey = new Map<string, Held>();
  /** In the order in which they are due: each is held equally long. */
  readonly #inOrder = new LinkedList<Held>();
  /** By their origins, for those that are released early. */
  readonly #shares = new FairShares<Held>();
  #bytes = 0;
  #cancelTimer: (() => void) | undefined;
  #isPaused = false;

  constructor(parts: HeldDeparturesParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#byKey.size;
  }

  hold(departure: Departure): void {
    const { clock, holdFor } = this.#parts, milliseconds = holdFor();
    // An earlier departure may still be held here when the return was on another node.
    this.#remove(this.#byKey.get(keyOf(departure)));
    const held = new Held(departure, clock.now() + milliseconds, this.#inOrder, this.#shares);
    this.#byKey.set(held.key, held);
    this.#bytes += held.bytes;
    // While the server stops, all clients leave and nothing is released. There are no more departures than there were clients.
    if (this.#isPaused) return;
    while (this.#shares.openLength > MOST_OPEN) this.#release(this.#shares.firstOpenToGo!.value);
    while (this.#byKey.size > CAPACITY || this.#bytes > MOST_BYTES) {
      this.#release(this.#shares.firstToGo!.value);
    }
    if (milliseconds === 0) this.#releaseDue();
    else this.#wait();
  }

  /** The user, or a subscriber of the channel, has come back: removes the departure. Returns whether there was one. */
  returned(channel: string, userId: string | undefined): boolean {
    return this.#byKey.size > 0 && this.#remove(this.#byKey.get(keyOf({ channel, userId })));
  }

  /** The departure was reported: removes one of the same user and channel that the other nodes do not know of. */
  forget(channel: string, userId: string | undefined): void {
    const held = this.#byKey.get(keyOf({ channel, userId }));
    if (held?.departure.mark === undefined) this.#remove(held);
  }

  /** Releases no more departures. */
  pause(): void {
    this.#isPaused = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Releases departures again, after a pause. */
  goOn(): void {
    this.#isPaused = false;
    this.#releaseDue();
    this.#wait();
  }

  /** Ends, and returns the departures that are held. */
  stop(): readonly Departure[] {
    this.pause();
    const held = [...this.#inOrder];
    for (const each of held) this.#remove(each);
    return held.map(({ departure }) => departure);
  }

  #wait(): void {
    const { first } = this.#inOrder;
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
    for (
      let { first } = this.#inOrder;
      first !== undefined && first.dueAt <= now;
      { first } = this.#inOrder
    ) {
      this.#release(first);
    }
  }

  #release(held: Held): void {
    this.#remove(held);
    this.#parts.released(held.departure);
  }

  /** Returns whether there was one. */
  #remove(held: Held | undefined): boolean {
    if (held === undefined) return false;
    this.#byKey.delete(held.key);
    this.#inOrder.remove(held.link);
    this.#shares.remove(held.part);
    this.#bytes -= held.bytes;
    return true;
  }
}

/** No channel's name holds a line feed, so the first one separates it from the user's id. */
function keyOf({ channel, userId }: Departure): string {
  return userId === undefined ? channel : `${channel}\n${userId}`;
}
