import { parseObject } from "../../protocol/json-object.ts";
import type { ChannelKind } from "../../protocol/channel-name.ts";

/** An attribute of a channel that the HTTP API answers (the names in `info`). */
export type ChannelAttribute = "occupied" | "user_count" | "subscription_count" | "cache";

/** The answer: the attributes that were asked for, as far as the kind of channel has them, in Reverb's order. */
export interface ChannelInfo {
  readonly occupied?: boolean;
  /** Distinct users. Only presence channels have it. */
  readonly user_count?: number;
  /** Subscriptions. Presence channels do not have it (as in Reverb). */
  readonly subscription_count?: number;
  /** The cached event as it was sent. Only cache channels have it. */
  readonly cache?: unknown;
}

/** What is known of a channel: on this node, or on all nodes together. */
export interface ChannelFacts {
  readonly kind: ChannelKind;
  /** 0 when the channel is vacant. */
  readonly subscriptions: number;
  /** Distinct users of a presence channel. */
  readonly users: number;
  /** The frame of its last event; `undefined` where none is cached. */
  readonly cachedFrame: string | undefined;
}

/** The attributes of one channel. Unknown names are ignored, as in Reverb. */
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
  const cached = cachedFrame === undefined || !attributes.has("cache") ? undefined : parseObject(cachedFrame);
  if (cached !== undefined) info.cache = cached;
  return info;
}
