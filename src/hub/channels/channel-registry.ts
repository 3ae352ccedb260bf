import type { Channel } from "./channel.ts";

/** The occupied channels of one application on this node. */
export class ChannelRegistry {
  readonly #channels = new Map<string, Channel>();

  get size(): number {
    return this.#channels.size;
  }

  find(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  add(channel: Channel): void {
    this.#channels.set(channel.name, channel);
  }

  remove(channel: Channel): void {
    this.#channels.delete(channel.name);
  }

  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#channels.values();
  }
}
