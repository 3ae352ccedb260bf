import type { Delivery } from "../broadcast/delivery.ts";
import { subscriptionCountFrame } from "../protocol/encode-frame.ts";
import type { Channel } from "./channel.ts";

/** Up to this many subscriptions every change is told at once (Pusher's number). */
const TOLD_AT_ONCE = 100;

/**
 * Tells the subscribers of a channel how many they are (`pusher_internal:subscription_count`), where an application asks
 * for it: on each change while the channel is small, with each `flush` when it is large. Never on presence channels, which
 * tell of their members.
 */
export class SubscriptionCounts {
  readonly #delivery: Delivery;
  readonly #changed = new Set<Channel>();

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  /** A channel's count has changed. */
  changed(channel: Channel): void {
    if (channel.kind.access === "presence") return;
    if (channel.subscriptionCount > TOLD_AT_ONCE) this.#changed.add(channel);
    else if (channel.subscriptionCount > 0) this.#tell(channel);
    else this.#changed.delete(channel);
  }

  /** Tells the large channels that changed since the last time; called every 5 seconds. */
  flush(): void {
    for (const channel of this.#changed) this.#tell(channel);
    this.#changed.clear();
  }

  #tell(channel: Channel): void {
    this.#changed.delete(channel);
    this.#delivery.toChannel(channel, subscriptionCountFrame(channel.name, channel.subscriptionCount));
  }
}
