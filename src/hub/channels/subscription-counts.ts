import type { Cause } from "../application-reports.ts";
import type { Channel } from "./channel.ts";

/** Up to this many subscriptions every change is announced at once (Pusher's number). */
const ANNOUNCED_AT_ONCE = 100;

/**
 * Decides when the number of a channel's subscriptions is announced to its subscribers (`pusher_internal:subscription_count`):
 * on each change while the channel is small, with each `flush` when it is large. Presence channels announce their members instead.
 */
export class SubscriptionCounts {
  readonly #announce: (channel: Channel, cause: Cause | undefined) => void;
  readonly #changed = new Set<Channel>();

  /**
   * `announce` hands this node's count to the cluster, which adds up all nodes' counts and has every node announce the sum. Its `cause`
   * is the connection that has changed the count, where it is one.
   */
  constructor(announce: (channel: Channel, cause: Cause | undefined) => void) {
    this.#announce = announce;
  }

  /** A connection has changed a channel's count on this node. */
  changed(channel: Channel, cause: Cause): void {
    if (channel.kind.access === "presence") return;
    const { subscriptionCount, announcedElsewhere } = channel;
    if (subscriptionCount > 0 && announcedElsewhere + subscriptionCount > ANNOUNCED_AT_ONCE) {
      this.#changed.add(channel);
    } else {
      this.#changed.delete(channel);
      this.#announceNow(channel, cause);
    }
  }

  /** The other nodes do not know a channel's count on this node: it is announced with the next `flush`. */
  again(channel: Channel): void {
    if (channel.kind.access !== "presence") this.#changed.add(channel);
  }

  /** Announces the large channels that changed since the last time; called every 5 seconds. */
  flush(): void {
    for (const channel of this.#changed) this.#announceNow(channel, undefined);
    this.#changed.clear();
  }

  #announceNow(channel: Channel, cause: Cause | undefined): void {
    channel.announceHere();
    this.#announce(channel, cause);
  }
}
