import type { Subscription } from "./channel.ts";

/**
 * The subscriptions of one connection, by their channels' names, in the order in which they came. Most connections have one, and a `Map`
 * of one takes 280 bytes, more than the connection itself: so the first one stands alone until there is a second.
 */
export class Subscriptions {
  #only: Subscription | undefined = undefined;
  #several: Map<string, Subscription> | undefined = undefined;

  get size(): number {
    return this.#several?.size ?? (this.#only === undefined ? 0 : 1);
  }

  get(name: string): Subscription | undefined {
    if (this.#several !== undefined) return this.#several.get(name);
    return this.#only?.channel.name === name ? this.#only : undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Adds a subscription, or replaces the one to the same channel. */
  set(subscription: Subscription): void {
    const { name } = subscription.channel, only = this.#only;
    if (this.#several !== undefined) this.#several.set(name, subscription);
    else if (only === undefined || only.channel.name === name) this.#only = subscription;
    else {
      this.#several = new Map([[only.channel.name, only], [name, subscription]]);
      this.#only = undefined;
    }
  }

  delete(name: string): void {
    if (this.#several !== undefined) this.#several.delete(name);
    else if (this.#only?.channel.name === name) this.#only = undefined;
  }

  /** All of them. Those that are deleted meanwhile are left out. */
  values(): Iterable<Subscription> {
    return this.#several?.values() ?? (this.#only === undefined ? [] : [this.#only]);
  }

  /** The names of their channels. */
  keys(): IteratorObject<string> {
    return this.#several?.keys() ?? (this.#only === undefined ? [] : [this.#only.channel.name]).values();
  }
}
