import type { Delivery } from "../broadcast/delivery.ts";
import { FairLine, type Guest } from "./fair-line.ts";

/** What the welcomes of all applications share. */
export interface Pace {
  /** Clients of one application that are greeted in a second (`welcome_rate`); 0 for as many as come. */
  readonly rate: () => number;
  /** Calls again and again, so many milliseconds apart, until the answer is called. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** Milliseconds between two looks at the line. */
const STEP = 25;
/** Milliseconds that a client waits at most: pusher-js opens a second connection after two seconds without a greeting. */
const LONGEST_WAIT = 1500;
/** Milliseconds by which some wait less. Clients that came at the same moment would be turned away, and come back, all together. */
const SPREAD = 250;
/**
 * Seconds of greetings for which clients may wait. More than are greeted while they wait, since one that is turned away comes back after a
 * second: waiting makes fewer handshakes.
 */
const PLACES = 10;
/** The part of a second's clients that may come at the same time without waiting. */
const AT_ONCE = 1 / 4;
const SECOND = 1000;

/**
 * Greets the clients of one application no faster than `welcome_rate`. After a restart or a lost network all of them come back in the same
 * second, and what each does next, a call to the application for its private channels, is more than the application can answer at
 * once. Clients beyond the rate wait, networks taking turns; those for which that is too long get 4100, after which pusher-js comes back
 * a second later. Below the rate a client costs a subtraction.
 */
export class Welcome {
  readonly #pace: Pace;
  readonly #delivery: Delivery;
  readonly #line = new FairLine();
  /** How many may be greeted now. Used up and filled again only while {@link #stopLooking} is there. */
  #left = 0;
  #filledAt = 0;
  #stopLooking: (() => void) | undefined;
  /** The clients that are turned away at a look if they wait until then, by the look's number; and the number of the last look. */
  readonly #ends = new Map<number, Guest[]>();
  #looked = 0;

  constructor(pace: Pace, delivery: Delivery) {
    this.#pace = pace;
    this.#delivery = delivery;
  }

  /** Whether a client may be greeted at once, which this counts; else it MUST wait. */
  admits(): boolean {
    if (this.#left >= 1) {
      this.#left--;
      return true;
    }
    return this.#stopLooking === undefined && this.#begin();
  }

  /** Whether the next client has to wait. */
  get isCrowded(): boolean {
    return this.#stopLooking !== undefined && this.#left < 1;
  }

  /** The clients that wait. */
  get waiting(): Iterable<Guest> {
    return this.#line;
  }

  /** Lets a client wait for its turn, or turns it away where too many wait. */
  wait(guest: Guest): void {
    const rate = this.#pace.rate(), places = rate * PLACES;
    if (rate > 0 && this.#line.size >= places) {
      const other = this.#line.giveWay(guest.network);
      this.#turnAway(other ?? guest, `${places} wait already`);
      if (other === undefined) return;
    }
    this.#line.add(guest);
    const { monotonic, random } = this.#pace;
    const end = Math.floor((monotonic() + LONGEST_WAIT - SPREAD * random()) / STEP),
      ends = this.#ends.get(end);
    if (ends === undefined) this.#ends.set(end, [guest]);
    else ends.push(guest);
  }

  /** A client that waits has gone. */
  leave(guest: Guest): void {
    this.#line.remove(guest);
  }

  /** The first client after a while in which as many as ever could have come. */
  #begin(): boolean {
    const { rate, every, monotonic } = this.#pace;
    if (rate() === 0) return true;
    this.#left = atOnce(rate()) - 1;
    this.#filledAt = monotonic();
    this.#looked = Math.floor(this.#filledAt / STEP);
    this.#stopLooking = every(STEP, () => this.#look());
    return true;
  }

  #look(): void {
    const now = this.#pace.monotonic(), rate = this.#pace.rate(), most = atOnce(rate);
    this.#left = rate === 0 ? most : Math.min(most, this.#left + (now - this.#filledAt) / SECOND * rate);
    this.#filledAt = now;
    while (this.#left >= 1) {
      const guest = this.#line.next();
      if (guest === undefined) break;
      this.#left--;
      guest.greet();
    }
    for (const last = Math.floor(now / STEP); this.#looked < last;) this.#turnAwayAt(++this.#looked);
    if (this.#line.size > 0 || this.#left < most) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    this.#left = 0;
    this.#ends.clear();
  }

  #turnAwayAt(look: number): void {
    for (const guest of this.#ends.get(look) ?? []) {
      if (guest.hasLeft) continue;
      this.#line.remove(guest);
      this.#turnAway(guest, `it has waited up to ${LONGEST_WAIT / SECOND} s`);
    }
    this.#ends.delete(look);
  }

  #turnAway({ connection }: Guest, why: string): void {
    const detail =
      `more clients come than are greeted, ${this.#pace.rate()} a second (welcome_rate), and ${why}`;
    this.#delivery.refuse(connection, "over_welcome_rate", detail);
  }
}

/** How many clients may come at the same time without waiting. */
function atOnce(rate: number): number {
  return rate === 0 ? Number.POSITIVE_INFINITY : Math.max(1, rate * AT_ONCE);
}
