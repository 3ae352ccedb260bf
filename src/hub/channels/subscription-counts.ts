import type { Channel } from "./channel.ts";

/** Up to this many subscriptions every change is told at once (Pusher's number). */
const TOLD_AT_ONCE = 100;

/**
 * Decides when the subscribers of a channel are told how many they are (`pusher_internal:subscription_count`), where an
 * application asks for it: on each change while the channel is small, with each `flush` when it is large. Never on presence
 * channels, which tell of their members.
 */
export class SubscriptionCounts {
  readonly #report: (channel: Channel) => void;
  readonly #changed = new Set<Channel>();

  /** `report` brings this node's count to the cluster, which adds the other nodes' and has everyone told. */
  constructor(report: (channel: Channel) => void) {
    this.#report = report;
  }

  /** A channel's count on this node has changed. */
  changed(channel: Channel): void {
    if (channel.kind.access === "presence") return;
    const onOtherNodes = channel.toldCount - channel.reportedCount;
    if (channel.subscriptionCount > 0 && onOtherNodes + channel.subscriptionCount > TOLD_AT_ONCE) {
      this.#changed.add(channel);
    } else {
      this.#changed.delete(channel);
      this.#tell(channel);
    }
  }

  /** Reports the large channels that changed since the last time; called every 5 seconds. */
  flush(): void {
    for (const channel of this.#changed) this.#tell(channel);
    this.#changed.clear();
  }

  #tell(channel: Channel): void {
    channel.reportedCount = channel.subscriptionCount;
    this.#report(channel);
  }
}
