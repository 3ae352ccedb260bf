import { connectionCount } from "../hub/census.ts";
import { terminateUser } from "../hub/terminate-user.ts";
import type { ApiAnswer, ApiCall } from "./api-call.ts";

/** `GET /apps/{id}/connections`: the number of established connections, which Laravel Pulse asks for every 15 seconds. */
export async function getConnections({ hub }: ApiCall): Promise<ApiAnswer> {
  return { json: `{"connections":${await connectionCount(hub)}}` };
}

/** `POST /apps/{id}/users/{user}/terminate_connections`: closes a user's connections on every node. */
export function postTerminateConnections({ hub, path }: ApiCall): ApiAnswer {
  const userId = path("user");
  terminateUser(hub, userId);
  hub.cluster.users.terminate(hub.application.id, userId);
  return { json: "{}" };
}
