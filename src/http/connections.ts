import type { Connection } from "../connections/connection.ts";
import { ClientErrors } from "../protocol/client-error.ts";
import { errorFrame } from "../protocol/encode-frame.ts";
import type { ApiAnswer, ApiCall } from "./api-call.ts";

/** `GET /apps/{id}/connections`: how many are established; Laravel Pulse asks for it every 15 seconds. */
export function getConnections({ hub }: ApiCall): ApiAnswer {
  return { json: `{"connections":${hub.connections.size}}` };
}

/**
 * `POST /apps/{id}/users/{user}/terminate_connections`: closes every connection that is signed in as the user, or stands
 * for it on a presence channel, with 4009, after which client libraries do not come back by themselves.
 */
export function postTerminateConnections({ hub, path }: ApiCall): ApiAnswer {
  const userId = path("user");
  // A list first: closing takes connections out of the registry.
  const connections = Array.from(hub.connections).filter((connection) => standsFor(connection, userId));
  const error = ClientErrors.terminated;
  for (const connection of connections) {
    hub.delivery.toConnection(connection, errorFrame(error));
    connection.close(error.close, error.message);
  }
  return { json: "{}" };
}

function standsFor(connection: Connection, userId: string): boolean {
  if (connection.userId === userId) return true;
  for (const { member } of connection.subscriptions?.values() ?? []) {
    if (member?.userId === userId) return true;
  }
  return false;
}
