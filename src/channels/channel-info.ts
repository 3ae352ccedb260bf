import type { Channel } from "./channel.ts";

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

/**
 * Answers for one channel; `channel` is `undefined` when nobody is on it, `cachedFrame` when nothing is kept. Unknown
 * attributes are left out, as Reverb does.
 */
export function channelInfo(
  channel: Channel | undefined,
  cachedFrame: string | undefined,
  attributes: ReadonlySet<string>,
): ChannelInfo {
  const info: { -readonly [attribute in ChannelAttribute]?: ChannelInfo[attribute] } = {};
  if (attributes.has("occupied")) info.occupied = channel !== undefined;
  if (channel !== undefined) {
    const { roster, subscriptionCount } = channel;
    if (roster !== undefined) {
      if (attributes.has("user_count")) info.user_count = roster.userCount;
    } else if (attributes.has("subscription_count")) {
      info.subscription_count = subscriptionCount;
    }
  }
  if (cachedFrame !== undefined && attributes.has("cache")) info.cache = JSON.parse(cachedFrame);
  return info;
}
