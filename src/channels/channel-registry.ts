import { channelKind } from "../protocol/channel-name.ts";
import { Channel } from "./channel.ts";
import { channelTopic } from "./topic.ts";

/** The occupied channels of one application on this node. */
export class ChannelRegistry {
  readonly #applicationId: string;
  readonly #channels = new Map<string, Channel>();

  constructor(applicationId: string) {
    this.#applicationId = applicationId;
  }

  get size(): number {
    return this.#channels.size;
  }

  find(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  /** The channel of that name, made when nobody was on it. The name MUST be valid (`channelNameFault`). */
  findOrCreate(name: string): Channel {
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = new Channel(name, channelKind(name), channelTopic(this.#applicationId, name));
      this.#channels.set(name, channel);
    }
    return channel;
  }

  /** Forgets a channel that nobody is on any more. */
  releaseIfVacant(channel: Channel): void {
    if (channel.subscriptionCount === 0) this.#channels.delete(channel.name);
  }

  [Symbol.iterator](): IterableIterator<Channel> {
    return this.#channels.values();
  }
}
