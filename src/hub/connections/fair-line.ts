import type { Connection } from "./connection.ts";

/** A client whose handshake is complete and that waits for its greeting. */
export class Guest {
  readonly connection: Connection;
  /** The network that it comes from, as `clientNetwork` gives it. */
  readonly network: string;
  /** Called when it is its turn. */
  readonly greet: () => void;
  /** Whether it waits no more. */
  hasLeft = false;

  constructor(connection: Connection, network: string, greet: () => void) {
    this.connection = connection;
    this.network = network;
    this.greet = greet;
  }
}

/** Guests that have had their turn before a flow forgets them. */
const MOST_BEHIND = 1024;

/** The guests of one network, the oldest first. Those that have left are skipped when they are met. */
class Flow {
  readonly guests: Guest[] = [];
  /** Where the oldest is, and how many wait. */
  head = 0;
  size = 0;
}

/** A line in which networks take turns, so that one with very many clients does not make the others wait. */
export class FairLine {
  /** By network; the first one's turn is next. */
  readonly #flows = new Map<string, Flow>();
  /** The flows of each size, and the largest size. */
  readonly #bySize: Set<Flow>[] = [];
  #most = 0;
  /** All guests, the oldest first. */
  readonly #all = new Set<Guest>();

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): IterableIterator<Guest> {
    return this.#all.values();
  }

  add(guest: Guest): void {
    let flow = this.#flows.get(guest.network);
    if (flow === undefined) this.#flows.set(guest.network, flow = new Flow());
    while (flow.guests.at(-1)?.hasLeft === true && flow.guests.length > flow.head) flow.guests.pop();
    flow.guests.push(guest);
    this.#all.add(guest);
    this.#resize(flow, 1);
  }

  /** Takes a guest out. Harmless for one that is not in the line. */
  remove(guest: Guest): void {
    if (!this.#all.delete(guest)) return;
    guest.hasLeft = true;
    const flow = this.#flows.get(guest.network)!;
    this.#resize(flow, -1);
    if (flow.size === 0) this.#flows.delete(guest.network);
  }

  /** Takes out the oldest guest of the network whose turn it is. */
  next(): Guest | undefined {
    const first = this.#flows.entries().next().value;
    if (first === undefined) return undefined;
    const [network, flow] = first;
    while (flow.guests[flow.head]!.hasLeft) flow.head++;
    const guest = flow.guests[flow.head++]!;
    if (flow.head === MOST_BEHIND) {
      flow.guests.splice(0, flow.head);
      flow.head = 0;
    }
    this.remove(guest);
    if (flow.size > 0) {
      this.#flows.delete(network);
      this.#flows.set(network, flow);
    }
    return guest;
  }

  /**
   * Takes out the newest guest of the network that has the most, where these are at least two more than those of `network`: then one of
   * `network` may have its place.
   */
  giveWay(network: string): Guest | undefined {
    if (this.#most < (this.#flows.get(network)?.size ?? 0) + 2) return undefined;
    const [largest] = this.#bySize[this.#most]!;
    const { guests } = largest!;
    while (guests.at(-1)!.hasLeft) guests.pop();
    const guest = guests.pop()!;
    this.remove(guest);
    return guest;
  }

  #resize(flow: Flow, difference: 1 | -1): void {
    this.#bySize[flow.size]?.delete(flow);
    flow.size += difference;
    if (flow.size > 0) (this.#bySize[flow.size] ??= new Set()).add(flow);
    if (flow.size > this.#most) this.#most = flow.size;
    else if (difference < 0 && this.#most > 0 && this.#bySize[this.#most]!.size === 0) this.#most--;
  }
}
