import type { Presence } from "../channels/presence.ts";

/** Which topics this node listens to: it gets the other nodes' events of these, and of no others. */
export interface ClusterInterest {
  /**
   * Begins to listen. `ready` is called once the topic's events arrive: what is published after that is not missed. Calls MUST
   * alternate with `release` for one topic.
   */
  listen(topic: string, interest: Interest, ready: () => void): void;
  /** Listens no longer. */
  release(topic: string): void;
}

/** What a topic is listened to for, besides its events. */
export interface Interest {
  /** Follows the members on all nodes. Its holds count for this node as long as the topic is listened to. */
  readonly presence?: Presence | undefined;
  /** Whether the topic's last event is kept. It is there when `ready` is called. */
  readonly cached?: boolean | undefined;
}
