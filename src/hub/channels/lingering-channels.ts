import type { ClusterInterest } from "../cluster/cluster-interest.ts";
import type { Channel } from "./channel.ts";

/**
 * Channels without a subscription on this node to which it listens still, since a client may come back to them: it has to be sent what
 * the other nodes publish meanwhile. They do not count as occupied.
 */
export class LingeringChannels implements Iterable<Channel> {
  readonly #channels = new Map<string, Channel>();

  add(channel: Channel): void {
    this.#channels.set(channel.name, channel);
  }

  has(name: string): boolean {
    return this.#channels.has(name);
  }

  /** The channel of that name, which lingers no longer; `undefined` where none does. */
  take(name: string): Channel | undefined {
    const channel = this.#channels.get(name);
    this.#channels.delete(name);
    return channel;
  }

  /** Listens no longer to those to which no client can come back any more. */
  release(isAwaited: (name: string) => boolean, interest: ClusterInterest): void {
    for (const channel of this.#channels.values()) {
      if (isAwaited(channel.name)) continue;
      this.#channels.delete(channel.name);
      interest.release(channel.topic);
    }
  }

  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#channels.values();
  }
}
