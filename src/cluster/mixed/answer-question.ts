import { type ChannelFacts, channelInfo } from "../../hub/channels/channel-info.ts";
import type { Channel } from "../../hub/channels/channel.ts";
import { channelTopic } from "../../hub/channels/topic.ts";
import type { Hub } from "../../hub/hub.ts";
import { channelKind } from "../../protocol/channel-name.ts";
import type { MetricsQuestion } from "./metrics-question.ts";

/**
 * What this node answers to a question of a PHP node, which adds up the answers of all nodes: its own connections, channels and users.
 * A node that does not serve the application has nothing of it, and MUST answer all the same, since the other one counts the answers.
 */
export function answerQuestion(hub: Hub | undefined, question: MetricsQuestion): unknown {
  if (hub === undefined) return [];
  switch (question.about) {
    case "connections":
      // Only their number counts.
      return Array.from({ length: hub.connections.size }, () => 1);
    case "channel":
      return infoOf(hub, question.channel, question.info);
    case "channels": {
      const names = question.channels ?? occupied(hub, question.prefix);
      return Object.fromEntries(names.map((name) => [name, infoOf(hub, name, question.info)]));
    }
    case "channel_users": {
      const { presence } = hub.channels.find(question.channel) ?? {};
      return presence === undefined ? [] : Array.from(presence.holds(), ({ data }) => ({ id: data.userId }));
    }
  }
}

function occupied(hub: Hub, prefix: string): readonly string[] {
  return Array.from(hub.channels as Iterable<Channel>)
    .filter(({ name, subscriptionCount }) => subscriptionCount > 0 && name.startsWith(prefix))
    .map(({ name }) => name);
}

function infoOf(hub: Hub, name: string, attributes: ReadonlySet<string>): object {
  const channel = hub.channels.find(name);
  const facts: ChannelFacts = {
    kind: channel?.kind ?? channelKind(name),
    subscriptions: channel?.subscriptionCount ?? 0,
    users: channel?.presence?.holdCount ?? 0,
    cachedFrame: attributes.has("cache") ? hub.cache.get(channelTopic(hub.application.id, name)) : undefined,
  };
  return channelInfo(facts, attributes);
}
