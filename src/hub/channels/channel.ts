import { Latch } from "./latch.ts";
import type { ChannelKind } from "../../protocol/channel-name.ts";
import type { Presence } from "./presence.ts";

/** A channel that has a subscription on this node. It holds only their number: the runtime keeps the sockets, by topic. */
export class Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  /** The runtime's pub/sub key, which carries the application. */
  readonly topic: string;
  /** `undefined` unless it is a presence channel. */
  readonly presence: Presence | undefined;
  /** Opens once events of the other nodes reach this one. Subscriptions are confirmed only after that. */
  readonly listening = new Latch();
  /** Whether the cluster has been asked for the events of the other nodes. */
  isListenedTo = false;
  /** Whether the cluster knows that this node has a subscription: only for an application that has this reported. */
  isOccupancyShared = false;
  /** Confirmed subscriptions on this node, each a connection's. */
  subscriptionCount = 0;
  /** Subscriptions that wait for their confirmation. */
  pendingCount = 0;
  /** Subscriptions on all nodes, as last announced; 0 where the application has them not counted. */
  announcedCount = 0;
  /** Of those, the subscriptions on this node. */
  announcedCountHere = 0;

  constructor(name: string, kind: ChannelKind, topic: string, presence: Presence | undefined) {
    this.name = name;
    this.kind = kind;
    this.topic = topic;
    this.presence = presence;
  }

  /** All subscriptions on this node, those that wait for their confirmation included. */
  get totalCount(): number {
    return this.subscriptionCount + this.pendingCount;
  }
}
