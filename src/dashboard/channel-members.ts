import { channelTopic } from "../hub/channels/topic.ts";
import type { Hub } from "../hub/hub.ts";
import { withoutSecrets } from "../monitoring/redact.ts";
import { channelKind } from "../protocol/channel-name.ts";
import type { MemberData } from "../protocol/member-data.ts";
import type { ChannelMembers } from "./answers.ts";
import { channelRow } from "./channel-list.ts";
import { connectionRow } from "./connection-list.ts";
import { LISTED, type ListServices, selectPage } from "./select-page.ts";

/** Characters of a member's `user_info` that are shown. */
const INFO_CHARACTERS = 2000;

/** How many subscriptions a channel has, and its members where it is a presence channel: both of the same nodes. */
interface Occupants {
  readonly subscriptions: number;
  readonly members: readonly MemberData[] | undefined;
  readonly scope: string;
}

/** The users and connections on a channel; `undefined` when it has no subscription. */
export async function listMembers(
  hub: Hub,
  name: string,
  services: ListServices,
): Promise<ChannelMembers | undefined> {
  const { subscriptions, members, scope } = await occupants(hub, name, services);
  if (subscriptions === 0) return undefined;
  const { items, matching } = await selectPage(hub.connections, {
    matches: ({ subscriptions }) => subscriptions?.has(name) === true,
    order: (a, b) => a.connectedAt - b.connectedAt,
    offset: 0,
    size: LISTED,
  }, services.yieldTurn);
  const listed = members?.slice(0, LISTED);
  return {
    channel: channelRow(name, subscriptions, members?.length),
    scope,
    users: listed?.map(({ userId }) => userId),
    userInfos: listed?.map(({ userInfoJson }) => withoutSecrets(userInfoJson, INFO_CHARACTERS)),
    connections: items.map((connection) => connectionRow(connection, services.seconds())),
    connectionCount: matching,
    where: services.here,
  };
}

/** On all nodes; while the others are out of reach, on this one. */
async function occupants(hub: Hub, name: string, { everywhere, here }: ListServices): Promise<Occupants> {
  const { questions } = hub.cluster, { id } = hub.application;
  const isPresence = channelKind(name).access === "presence";
  const countHere = (): number => hub.channels.find(name)?.totalCount ?? 0;
  if (questions !== undefined) {
    try {
      const [elsewhere, members] = await Promise.all([
        questions.subscriptions(id, name),
        isPresence ? questions.members(channelTopic(id, name)) : undefined,
      ]);
      return { subscriptions: elsewhere + countHere(), members, scope: everywhere };
    } catch {
      // They did not answer in time, which the log says.
    }
  }
  const holds = hub.channels.find(name)?.presence?.holds() ?? [];
  const members = isPresence ? Array.from(holds, ({ data }) => data) : undefined;
  return { subscriptions: countHere(), members, scope: here };
}
