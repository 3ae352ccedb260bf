import { type ChannelInfo, channelInfo } from "./channels/channel-info.ts";
import { channelTopic } from "./channels/topic.ts";
import type { ClusterQuestions } from "./cluster/cluster-questions.ts";
import { channelKind } from "../protocol/channel-name.ts";
import type { Hub } from "./hub.ts";

/** An answer at once where this node is alone, later where the other nodes are asked. */
export type Eventually<Answer> = Answer | Promise<Answer>;

/** What the API says of channels, by name: over all nodes, and also of channels that are vacant. */
export function channelInfos(
  hub: Hub,
  names: readonly string[],
  attributes: ReadonlySet<string>,
): Eventually<ReadonlyMap<string, ChannelInfo>> {
  return ask(hub, () => infosHere(hub, names, attributes), async (questions) => {
    const subscriptions = Promise.all(
      names.map((name) => questions.subscriptions(hub.application.id, name)),
    );
    return await infosOfAll(hub, questions, names, subscriptions, attributes);
  });
}

/** As {@link channelInfos}, for every occupied channel whose name begins with `prefix`. */
export function occupiedChannels(
  hub: Hub,
  prefix: string,
  attributes: ReadonlySet<string>,
): Eventually<ReadonlyMap<string, ChannelInfo>> {
  const here = (): string[] => {
    const names: string[] = [];
    for (const { name, totalCount } of hub.channels) {
      if (totalCount > 0 && name.startsWith(prefix)) names.push(name);
    }
    return names;
  };
  return ask(hub, () => infosHere(hub, here(), attributes), async (questions) => {
    const elsewhere = await questions.channels(hub.application.id);
    const names = [...new Set([...here(), ...elsewhere.keys()])].filter((name) => name.startsWith(prefix));
    const subscriptions = Promise.resolve(names.map((name) => elsewhere.get(name) ?? 0));
    return await infosOfAll(hub, questions, names, subscriptions, attributes);
  });
}

/** Ids (as JSON text) of the users of a presence channel; none where it is vacant. */
export function channelUsers(hub: Hub, name: string): Eventually<readonly string[]> {
  return ask(hub, () => {
    const members = hub.channels.find(name)?.presence?.roster.members() ?? [];
    return Array.from(members, ({ userIdJson }) => userIdJson);
  }, (questions) => questions.users(channelTopic(hub.application.id, name)));
}

/** Established connections on all nodes. */
export function connectionCount(hub: Hub): Eventually<number> {
  return ask(hub, () => hub.connections.size, async (questions) => {
    return hub.connections.size + await questions.connections(hub.application.id);
  });
}

/** Asks the other nodes too where that can be done. When they are lost before they answer, this node answers alone. */
function ask<Answer>(
  hub: Hub,
  here: () => Answer,
  everywhere: (questions: ClusterQuestions) => Promise<Answer>,
): Eventually<Answer> {
  const { questions } = hub.cluster;
  return questions === undefined ? here() : everywhere(questions).catch(here);
}

function infosHere(
  hub: Hub,
  names: readonly string[],
  attributes: ReadonlySet<string>,
): ReadonlyMap<string, ChannelInfo> {
  const wantsCache = attributes.has("cache");
  return new Map(names.map((name) => {
    const channel = hub.channels.find(name), kind = channel?.kind ?? channelKind(name);
    const topic = channel?.topic ?? channelTopic(hub.application.id, name);
    const facts = {
      kind,
      subscriptions: channel?.totalCount ?? 0,
      users: channel?.presence?.roster.userCount ?? 0,
      cachedFrame: wantsCache && kind.cached ? hub.cache.get(topic) : undefined,
    };
    return [name, channelInfo(facts, attributes)];
  }));
}

async function infosOfAll(
  hub: Hub,
  questions: ClusterQuestions,
  names: readonly string[],
  elsewhere: Promise<readonly number[]>,
  attributes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ChannelInfo>> {
  const topicOf = (name: string): string => channelTopic(hub.application.id, name);
  const present = attributes.has("user_count")
    ? names.filter((name) => channelKind(name).access === "presence")
    : [];
  const caching = attributes.has("cache") ? names.filter((name) => channelKind(name).cached) : [];
  const [subscriptions, userCounts, cachedFrames] = await Promise.all([
    elsewhere,
    present.length === 0 ? [] : questions.userCounts(present.map(topicOf)),
    caching.length === 0 ? [] : questions.cachedEvents(caching.map(topicOf)),
  ]);
  const users = new Map(present.map((name, index) => [name, userCounts[index] ?? 0]));
  const frames = new Map(caching.map((name, index) => [name, cachedFrames[index]]));
  return new Map(names.map((name, index) => {
    const facts = {
      kind: channelKind(name),
      subscriptions: (hub.channels.find(name)?.totalCount ?? 0) + (subscriptions[index] ?? 0),
      users: users.get(name) ?? 0,
      cachedFrame: frames.get(name),
    };
    return [name, channelInfo(facts, attributes)];
  }));
}
