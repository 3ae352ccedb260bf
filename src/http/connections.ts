import { connectionCount } from "../hub/census.ts";
import { terminateConnection, terminateUser } from "../hub/terminate-user.ts";
import { unsubscribeUser } from "../hub/unsubscribe-user.ts";
import type { ApiAnswer, ApiCall } from "./api-call.ts";
import { FieldCheck } from "./field-check.ts";
import { parseBody } from "./request-body.ts";

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

/** `POST /apps/{id}/users/{user}/unsubscribe`: takes a user off the channels that fit the pattern `channel`, on every node. Ours. */
export function postUnsubscribe({ hub, path, body }: ApiCall): ApiAnswer {
  const userId = path("user"), check = new FieldCheck();
  const pattern = check.requiredString(parseBody(body), "channel");
  check.done();
  unsubscribeUser(hub, userId, pattern);
  hub.cluster.users.unsubscribe(hub.application.id, userId, pattern);
  return { json: "{}" };
}

/** `POST /apps/{id}/connections/{socket_id}/close`: closes one connection, wherever in the cluster it is. Ours. */
export function postCloseConnection({ hub, path }: ApiCall): ApiAnswer {
  const check = new FieldCheck(), socketId = check.socketId({ socket_id: path("connection") });
  check.done();
  if (socketId === undefined) return { json: "{}" };
  const connection = hub.connections.find(socketId);
  if (connection !== undefined) terminateConnection(hub, connection);
  else hub.cluster.users.close(hub.application.id, socketId);
  return { json: "{}" };
}
