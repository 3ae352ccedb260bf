import type { WaitingEvent } from "./batch.ts";
import { originOf } from "./event-origin.ts";
import type { FairShares, Part } from "./fair-shares.ts";
import { type Link, LinkedList } from "./linked-list.ts";
import type { Line } from "./ready-lines.ts";

/** Bytes that an event counts for besides its own when shares are compared, so that many small events weigh as well. */
const OVERHEAD = 1024;

/** An event that waits, with its places in all orders that it is in. */
export class Waiting {
  readonly event: WaitingEvent;
  /** A lower number is an earlier event. */
  readonly order: number;
  readonly line: EventLine;
  readonly inAll: Link<Waiting>;
  readonly inLine: Link<Waiting>;
  readonly part: Part<Waiting>;

  /** Takes these places: behind all others, or before them with `isFirst`. */
  constructor(
    event: WaitingEvent,
    order: number,
    line: EventLine,
    { all, shares, isFirst }: {
      readonly all: LinkedList<Waiting>;
      readonly shares: FairShares<Waiting>;
      readonly isFirst: boolean;
    },
  ) {
    this.event = event;
    this.order = order;
    this.line = line;
    const add = isFirst ? "unshift" : "push", origin = event.origin ?? originOf(event.key, undefined);
    this.inAll = all[add](this);
    this.inLine = line.events[add](this);
    this.part = shares.add(this, origin, event.bytes + OVERHEAD, isFirst);
  }
}

/** The events with one key, in the order in which they happened. */
export class EventLine implements Line {
  readonly key: string;
  readonly events = new LinkedList<Waiting>();
  /** How many times the key is held back. */
  holds = 0;
  place = -1;

  constructor(key: string) {
    this.key = key;
  }

  get order(): number {
    return this.events.first?.order ?? Infinity;
  }
}
