import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import type { ConnectionRow, Page } from "./answers.ts";
import { LISTED, type ListRequest, type ListServices, PAGE_SIZE, selectPage } from "./select-page.ts";

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

function contains(connection: Connection, text: string): boolean {
  const { id, address, origin } = connection;
  if (id.includes(text) || address.includes(text)) return true;
  if (origin?.toLowerCase().includes(text)) return true;
  return userOf(connection)?.toLowerCase().includes(text) === true;
}

/** A connection as a list shows it. `now` is in seconds that only grow. */
export function connectionRow(connection: Connection, now: number): ConnectionRow {
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
