import type { Connection } from "./connections/connection.ts";
import { ENDINGS } from "../monitoring/disconnect-reason.ts";
import { errorFrame } from "../protocol/encode-frame.ts";
import type { Hub } from "./hub.ts";

/**
 * Closes every connection of this node that is signed in as the user, or stands for it on a presence channel, with 4009: after
 * that code client libraries do not reconnect by themselves.
 */
export function terminateUser(hub: Hub, userId: string): void {
  hub.recovery?.terminate(userId);
  for (const connection of connectionsOfUser(hub, userId)) terminateConnection(hub, connection);
}

/** Closes one connection of this node, as {@link terminateUser}. */
export function terminateConnection(hub: Hub, connection: Connection): void {
  const { terminated } = ENDINGS;
  hub.delivery.toConnection(connection, errorFrame(terminated));
  connection.close(terminated);
}

/** The connections of this node that stand for a user. A copy, since closing removes connections from the registry. */
export function connectionsOfUser(hub: Hub, userId: string): Connection[] {
  return Array.from(hub.connections).filter((connection) => standsFor(connection, userId));
}

function standsFor(connection: Connection, userId: string): boolean {
  if (connection.userId === userId) return true;
  for (const { hold } of connection.subscriptions?.values() ?? []) {
    if (hold?.data.userId === userId) return true;
  }
  return false;
}
