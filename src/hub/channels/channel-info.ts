import type { ChannelKind } from "../../protocol/channel-name.ts";

/** What the HTTP API can be asked of a channel (`info`). */
export type ChannelAttribute = "occupied" | "user_count" | "subscription_count" | "cache";

/** The answer: only what was asked for and fits the channel's kind, in Reverb's order. */
export interface ChannelInfo {
  readonly occupied?: boolean;
  /** Distinct users; presence channels only. */
  readonly user_count?: number;
  /** Subscriptions; not for presence channels (as in Reverb). */
  readonly subscription_count?: number;
  /** The cached event as it was sent; cache channels only. */
  readonly cache?: unknown;
}

/** What is known of a channel, on however many nodes. */
export interface ChannelFacts {
  readonly kind: ChannelKind;
  /** 0 when nobody is on it. */
  readonly subscriptions: number;
  /** Distinct users of a presence channel. */
  readonly users: number;
  /** The frame of its last event, where one is kept. */
  readonly cachedFrame: string | undefined;
}

/** Answers for one channel. Unknown attributes are left out, as Reverb does. */
export function channelInfo(facts: ChannelFacts, attributes: ReadonlySet<string>): ChannelInfo {
  const info: { -readonly [attribute in ChannelAttribute]?: ChannelInfo[attribute] } = {};
  const { kind, subscriptions, users, cachedFrame } = facts;
  const occupied = subscriptions > 0;
  if (attributes.has("occupied")) info.occupied = occupied;
  if (occupied && kind.access === "presence") {
    if (attributes.has("user_count")) info.user_count = users;
  } else if (occupied && attributes.has("subscription_count")) {
    info.subscription_count = subscriptions;
  }
  if (cachedFrame !== undefined && attributes.has("cache")) info.cache = JSON.parse(cachedFrame);
  return info;
}
