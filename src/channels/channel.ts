import type { ChannelKind } from "../protocol/channel-name.ts";
import { PresenceRoster } from "./presence-roster.ts";

/** A channel that somebody on this node is subscribed to. The runtime knows who (the topic); this knows how many. */
export class Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  /** The runtime's pub/sub key: topics are process-wide, so it carries the application. */
  readonly topic: string;
  /** Present on presence channels alone. */
  readonly roster: PresenceRoster | undefined;
  /** Subscriptions, each a connection's. */
  subscriptionCount = 0;

  constructor(name: string, kind: ChannelKind, topic: string) {
    this.name = name;
    this.kind = kind;
    this.topic = topic;
    this.roster = kind.access === "presence" ? new PresenceRoster() : undefined;
  }
}
