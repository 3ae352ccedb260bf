import { channelTopic } from "../hub/channels/topic.ts";
import type { ClusterQuestions } from "../hub/cluster/cluster-questions.ts";
import type { Hub } from "../hub/hub.ts";
import { channelKind } from "../protocol/channel-name.ts";
import type { ChannelRow, Page } from "./answers.ts";
import { type ListRequest, type ListServices, PAGE_SIZE, selectPage } from "./select-page.ts";

/** The channels of some nodes. All numbers are of the same nodes, so that no row mixes them. */
interface Channels {
  /** Each with its subscriptions. */
  readonly subscriptions: Iterable<readonly [name: string, subscriptions: number]>;
  readonly count: number;
  /** How many users are on each of these presence channels. */
  readonly userCounts: (names: readonly string[]) => Promise<readonly number[]>;
  readonly where: string;
}

/** The occupied channels of all nodes, those with the most subscriptions first. While the other nodes are out of reach: of this one. */
export async function listChannels(
  hub: Hub,
  request: ListRequest,
  services: ListServices,
): Promise<Page<ChannelRow>> {
  const { questions } = hub.cluster, { everywhere, here, yieldTurn } = services;
  if (questions !== undefined) {
    try {
      return await pageOf(await channelsOfAll(hub, questions, everywhere), request, yieldTurn);
    } catch {
      // They did not answer in time, which the log says.
    }
  }
  return await pageOf(channelsHere(hub, here), request, yieldTurn);
}

/** A channel as a list shows it. */
export function channelRow(name: string, subscriptions: number, users: number | undefined): ChannelRow {
  const { access, cached } = channelKind(name);
  return { name, access, cached, subscriptions, users };
}

async function pageOf(
  { subscriptions, count, userCounts, where }: Channels,
  { search, offset }: ListRequest,
  yieldTurn: () => Promise<void>,
): Promise<Page<ChannelRow>> {
  const text = search.toLowerCase();
  const { items, matching } = await selectPage(subscriptions, {
    matches: ([name]) => text === "" || name.toLowerCase().includes(text),
    order: ([name, more], [other, less]) => less - more || (name < other ? -1 : 1),
    offset,
    size: PAGE_SIZE,
  }, yieldTurn);
  const present = items.map(([name]) => name).filter((name) => channelKind(name).access === "presence");
  const counts = await userCounts(present);
  const users = new Map(present.map((name, index) => [name, counts[index] ?? 0]));
  const rows = items.map(([name, count]) => channelRow(name, count, users.get(name)));
  return { rows, matching, total: count, offset, where };
}

function channelsHere(hub: Hub, where: string): Channels {
  return {
    subscriptions: Iterator.from(hub.channels).map(({ name, totalCount }) => [name, totalCount] as const),
    count: hub.channels.size,
    userCounts: (names) =>
      Promise.resolve(names.map((name) => hub.channels.find(name)?.presence?.holdCount ?? 0)),
    where,
  };
}

async function channelsOfAll(hub: Hub, questions: ClusterQuestions, where: string): Promise<Channels> {
  const { id } = hub.application, counts = new Map(await questions.channels(id));
  for (const { name, totalCount } of hub.channels) counts.set(name, (counts.get(name) ?? 0) + totalCount);
  return {
    subscriptions: counts,
    count: counts.size,
    userCounts: (names) => questions.userCounts(names.map((name) => channelTopic(id, name))),
    where,
  };
}
