import type { Channel } from "../channels/channel.ts";
import type { Hold } from "../channels/presence.ts";

/** A member whose connection was cut, on one channel. */
interface Place {
  readonly channel: Channel;
  readonly hold: Hold;
}

/**
 * The places of a connection that was cut, as the member of presence channels: it keeps them for a while, so that the others hear
 * nothing when it comes back. A place counts in the roster, and is no subscription.
 */
export class HeldPlaces {
  readonly #places = new Map<string, Place>();
  /** A channel has a held place less, and maybe nothing that keeps it open. */
  readonly #released: (channel: Channel) => void;

  constructor(released: (channel: Channel) => void) {
    this.#released = released;
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Takes over the hold of a subscription that ends; the caller MUST NOT leave it then. */
  keep(channel: Channel, hold: Hold): void {
    const { presence, name } = channel;
    if (presence === undefined) return;
    if (this.#places.has(name)) return presence.leave(hold);
    presence.heldPlaces++;
    this.#places.set(name, { channel, hold });
  }

  /** Takes all places over that are still held there. */
  takeOver(other: HeldPlaces): void {
    for (const [name, place] of other.#places) this.#places.set(name, place);
    other.#places.clear();
  }

  /** Whether one of them is a user's. */
  has(userId: string): boolean {
    for (const { hold } of this.#places.values()) if (hold.data.userId === userId) return true;
    return false;
  }

  /**
   * Gives up the place on a channel; false where it is none of the user's. The user is present still where another connection stands for
   * it.
   */
  release(name: string, userId: string): boolean {
    if (this.#places.get(name)?.hold.data.userId !== userId) return false;
    this.#release(name);
    return true;
  }

  /** Gives up all places. */
  releaseAll(): void {
    for (const name of [...this.#places.keys()]) this.#release(name);
  }

  #release(name: string): void {
    const place = this.#places.get(name);
    if (place === undefined) return;
    this.#places.delete(name);
    const { channel, hold } = place, presence = channel.presence!;
    presence.heldPlaces--;
    presence.leave(hold);
    this.#released(channel);
  }
}
