import { channelTopic } from "../hub/channels/topic.ts";
import type { ClusterQuestions } from "../hub/cluster/cluster-questions.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { channelKind } from "../protocol/channel-name.ts";
import type { NodePlaces } from "./cluster-view.ts";
import { selectPage } from "./select-page.ts";
import type { ChannelMembers, ChannelRow, ConnectionRow, Page } from "./answers.ts";

/** Rows of one page. */
export const PAGE_SIZE = 50;
/** The offset of the last page; rows behind it have to be searched for. */
export const LAST_OFFSET = 1000;
/** How many channels of a connection, and users and connections of a channel, are listed. */
const LISTED = 100;

/** What the lists need besides the hub. */
export interface ListServices extends NodePlaces {
  /** Seconds that only grow; `connectedAt` of a connection is one of them. */
  readonly seconds: () => number;
  /** Resolves in a later turn of the event loop, so that the server can do other work first. */
  readonly yieldTurn: () => Promise<void>;
}

/** Which part of a list to send: the rows that contain `search`, in upper or lower case. */
export interface ListRequest {
  readonly search: string;
  readonly offset: number;
}

/** An occupied channel, with its subscriptions on all nodes. */
interface Occupied {
  readonly name: string;
  readonly subscriptions: number;
}

/** The occupied channels of all nodes, those with the most subscriptions first. */
export async function listChannels(
  hub: Hub,
  { search, offset }: ListRequest,
  { yieldTurn, everywhere }: ListServices,
): Promise<Page<ChannelRow>> {
  const text = search.toLowerCase();
  const channels = await occupiedChannels(hub);
  const { items, matching } = await selectPage(channels.entries, {
    matches: ({ name }) => text === "" || name.toLowerCase().includes(text),
    order: (a, b) => b.subscriptions - a.subscriptions || (a.name < b.name ? -1 : 1),
    offset,
    size: PAGE_SIZE,
  }, yieldTurn);
  const users = await userCounts(hub, items.map(({ name }) => name));
  const rows = items.map(({ name, subscriptions }) => channelRow(name, subscriptions, users.get(name)));
  return { rows, matching, total: channels.count, offset, where: everywhere };
}

/** The users and connections on a channel; `undefined` when it has no subscription. */
export async function listMembers(
  hub: Hub,
  name: string,
  services: ListServices,
): Promise<ChannelMembers | undefined> {
  const elsewhere = await hub.cluster.questions?.subscriptions(hub.application.id, name).catch(() => 0) ?? 0;
  const channel = hub.channels.find(name);
  const subscriptions = elsewhere + (channel?.totalCount ?? 0);
  if (subscriptions === 0) return undefined;
  const users = await usersOf(hub, name);
  const { items } = await selectPage(hub.connections, {
    matches: ({ subscriptions }) => subscriptions?.has(name) === true,
    order: (a, b) => a.connectedAt - b.connectedAt,
    offset: 0,
    size: LISTED,
  }, services.yieldTurn);
  const connections = items.map((connection) => connectionRow(connection, services.seconds()));
  return {
    channel: channelRow(name, subscriptions, users?.length),
    users: users?.slice(0, LISTED),
    connections,
    where: services.here,
  };
}

/** The connections of this node, the newest first. */
export async function listConnections(
  hub: Hub,
  { search, offset }: ListRequest,
  { seconds, yieldTurn, here }: ListServices,
): Promise<Page<ConnectionRow>> {
  const text = search.toLowerCase();
  const { items, matching } = await selectPage(hub.connections, {
    matches: (connection) => text === "" || contains(connection, text),
    order: (a, b) => b.connectedAt - a.connectedAt || (a.id < b.id ? -1 : 1),
    offset,
    size: PAGE_SIZE,
  }, yieldTurn);
  const now = seconds();
  return {
    rows: items.map((connection) => connectionRow(connection, now)),
    matching,
    total: hub.connections.size,
    offset,
    where: here,
  };
}

/** The channels that are occupied on any node; while the other nodes cannot be asked, those of this one. */
async function occupiedChannels(
  hub: Hub,
): Promise<{ readonly entries: Iterable<Occupied>; readonly count: number }> {
  const elsewhere = await hub.cluster.questions?.channels(hub.application.id).catch(() => undefined);
  if (elsewhere === undefined || elsewhere.size === 0) {
    return { entries: occupiedHere(hub, NOWHERE), count: hub.channels.size };
  }
  const counts = new Map(elsewhere);
  for (const { name, subscriptions } of occupiedHere(hub, elsewhere)) counts.set(name, subscriptions);
  return {
    entries: Iterator.from(counts).map(([name, subscriptions]) => ({ name, subscriptions })),
    count: counts.size,
  };
}

const NOWHERE: ReadonlyMap<string, number> = new Map();

function* occupiedHere(hub: Hub, elsewhere: ReadonlyMap<string, number>): IterableIterator<Occupied> {
  for (const { name, subscriptionCount } of hub.channels) {
    yield { name, subscriptions: subscriptionCount + (elsewhere.get(name) ?? 0) };
  }
}

/** How many users are on each of the presence channels among these, on all nodes. */
async function userCounts(hub: Hub, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const present = names.filter((name) => channelKind(name).access === "presence");
  const counts = await asked(
    hub,
    (questions) => questions.userCounts(present.map((name) => channelTopic(hub.application.id, name))),
    () => present.map((name) => hub.channels.find(name)?.presence?.roster.userCount ?? 0),
  );
  return new Map(present.map((name, index) => [name, counts[index] ?? 0]));
}

/** The ids of the members of a presence channel on all nodes; `undefined` for another kind of channel. */
async function usersOf(hub: Hub, name: string): Promise<readonly string[] | undefined> {
  if (channelKind(name).access !== "presence") return undefined;
  return await asked(
    hub,
    async (questions) => {
      const ids = await questions.users(channelTopic(hub.application.id, name));
      return ids.map((json) => String(JSON.parse(json)));
    },
    () => Array.from(hub.channels.find(name)?.presence?.roster.members() ?? [], ({ userId }) => userId),
  );
}

/** The answer of all nodes; of this one when the others cannot be asked or do not answer in time. */
async function asked<Answer>(
  hub: Hub,
  everywhere: (questions: ClusterQuestions) => Promise<Answer>,
  here: () => Answer,
): Promise<Answer> {
  const { questions } = hub.cluster;
  return questions === undefined ? here() : await everywhere(questions).catch(here);
}

function contains(connection: Connection, text: string): boolean {
  const { id, address, origin } = connection;
  if (id.includes(text) || address.includes(text)) return true;
  if (origin?.toLowerCase().includes(text)) return true;
  return userOf(connection)?.toLowerCase().includes(text) === true;
}

function channelRow(name: string, subscriptions: number, users: number | undefined): ChannelRow {
  const { access, cached } = channelKind(name);
  return { name, access, cached, subscriptions, users };
}

function connectionRow(connection: Connection, now: number): ConnectionRow {
  const { id, address, origin, connectedAt, subscriptions } = connection;
  return {
    id,
    address,
    origin,
    age: Math.max(0, now - connectedAt),
    user: userOf(connection),
    channels: subscriptions === undefined ? [] : Array.from(subscriptions.keys().take(LISTED)),
    channelCount: subscriptions?.size ?? 0,
  };
}

/** The user whose connections include this one when they are ended: signed in, or a member of a presence channel. */
function userOf({ userId, subscriptions }: Connection): string | undefined {
  if (userId !== undefined) return userId;
  for (const { hold } of subscriptions?.values() ?? []) {
    if (hold !== undefined) return hold.data.userId;
  }
  return undefined;
}
