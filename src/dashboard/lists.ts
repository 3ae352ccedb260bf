import type { Channel } from "../channels/channel.ts";
import type { Connection } from "../connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { selectPage } from "./select-page.ts";
import type { ChannelMembers, ChannelRow, ConnectionRow, Page } from "./wire.ts";

/** Rows of one page. */
export const PAGE_SIZE = 50;
/** How far one can turn the pages; who looks for more has to search. */
export const LAST_OFFSET = 1000;
/** Channels of a connection, and users and connections of a channel, that are listed. */
const LISTED = 100;

/** What the lists need besides the hub. */
export interface ListServices {
  /** Seconds that only grow, in which `connectedAt` is written. */
  readonly seconds: () => number;
  /** Lets the server do its work. */
  readonly breathe: () => Promise<void>;
}

/** Which part of a list is asked for: the rows that contain `search`, whatever its case. */
export interface ListRequest {
  readonly search: string;
  readonly offset: number;
}

/** The occupied channels of this node, those with the most subscriptions first. */
export async function listChannels(
  hub: Hub,
  { search, offset }: ListRequest,
  { breathe }: ListServices,
): Promise<Page<ChannelRow>> {
  const wanted = search.toLowerCase();
  const { items, matching } = await selectPage(hub.channels, {
    matches: ({ name }) => wanted === "" || name.toLowerCase().includes(wanted),
    order: (a, b) => b.subscriptionCount - a.subscriptionCount || (a.name < b.name ? -1 : 1),
    offset,
    size: PAGE_SIZE,
  }, breathe);
  return { rows: items.map(channelRow), matching, total: hub.channels.size, offset };
}

/** Who is on a channel; `undefined` when nobody is. */
export async function listMembers(
  hub: Hub,
  name: string,
  services: ListServices,
): Promise<ChannelMembers | undefined> {
  const channel = hub.channels.find(name);
  if (channel === undefined) return undefined;
  const roster = channel.presence?.roster;
  const users = roster === undefined
    ? undefined
    : Array.from(Iterator.from(roster.members()).take(LISTED), ({ userId }) => userId);
  const { items } = await selectPage(hub.connections, {
    matches: ({ subscriptions }) => subscriptions?.has(name) === true,
    order: (a, b) => a.connectedAt - b.connectedAt,
    offset: 0,
    size: LISTED,
  }, services.breathe);
  const connections = items.map((connection) => connectionRow(connection, services.seconds()));
  return { channel: channelRow(channel), users, connections };
}

/** The connections of this node, the newest first. */
export async function listConnections(
  hub: Hub,
  { search, offset }: ListRequest,
  { seconds, breathe }: ListServices,
): Promise<Page<ConnectionRow>> {
  const wanted = search.toLowerCase();
  const { items, matching } = await selectPage(hub.connections, {
    matches: (connection) => wanted === "" || contains(connection, wanted),
    order: (a, b) => b.connectedAt - a.connectedAt || (a.id < b.id ? -1 : 1),
    offset,
    size: PAGE_SIZE,
  }, breathe);
  const now = seconds();
  return {
    rows: items.map((connection) => connectionRow(connection, now)),
    matching,
    total: hub.connections.size,
    offset,
  };
}

function contains(connection: Connection, wanted: string): boolean {
  const { id, address, origin } = connection;
  if (id.includes(wanted) || address.includes(wanted)) return true;
  if (origin?.toLowerCase().includes(wanted)) return true;
  return userOf(connection)?.toLowerCase().includes(wanted) === true;
}

function channelRow({ name, kind, subscriptionCount, presence }: Channel): ChannelRow {
  const { access, cached } = kind;
  return { name, access, cached, subscriptions: subscriptionCount, users: presence?.roster.userCount };
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

/** Whom ending a user's connections would end this one for. */
function userOf({ userId, subscriptions }: Connection): string | undefined {
  if (userId !== undefined) return userId;
  for (const { hold } of subscriptions?.values() ?? []) {
    if (hold !== undefined) return hold.data.userId;
  }
  return undefined;
}
