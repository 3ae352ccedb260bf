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
  // Collected first, since closing removes connections from the registry.
  const connections = Array.from(hub.connections).filter((connection) => standsFor(connection, userId));
  const { terminated } = ENDINGS;
  for (const connection of connections) {
    hub.delivery.toConnection(connection, errorFrame(terminated));
    connection.close(terminated);
  }
}

function standsFor(connection: Connection, userId: string): boolean {
  if (connection.userId === userId) return true;
  for (const { hold } of connection.subscriptions?.values() ?? []) {
    if (hold?.data.userId === userId) return true;
  }
  return false;
}
