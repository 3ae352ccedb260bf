import { Latch } from "../cluster/latch.ts";
import type { ChannelKind } from "../../protocol/channel-name.ts";
import type { Presence } from "./presence.ts";

/** A channel that somebody on this node is subscribed to. The runtime knows who (the topic); this knows how many. */
export class Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  /** The runtime's pub/sub key, which carries the application. */
  readonly topic: string;
  /** On presence channels alone. */
  readonly presence: Presence | undefined;
  /** Opens once events of other nodes reach this one: from then on subscriptions are confirmed. */
  readonly listening = new Latch();
  isListenedTo = false;
  /** Whether the cluster knows of this node's first subscriber, for an application that is told of it. */
  hasArrived = false;
  /** Confirmed subscriptions on this node, each a connection's. */
  subscriptionCount = 0;
  /** Subscriptions that wait for their confirmation. */
  pendingCount = 0;
  /** Subscriptions on all nodes, as last told to the subscribers; 0 where the application does not ask for it. */
  toldCount = 0;
  /** Of those, the ones on this node, as last told to the other nodes. */
  reportedCount = 0;

  constructor(name: string, kind: ChannelKind, topic: string, presence: Presence | undefined) {
    this.name = name;
    this.kind = kind;
    this.topic = topic;
    this.presence = presence;
  }

  /** Subscriptions on this node, confirmed or about to be. */
  get occupancy(): number {
    return this.subscriptionCount + this.pendingCount;
  }
}
