import { ApiClient } from "./api-client.ts";

/** Ids of the users of a presence channel as one node's API answers, sorted; `[]` when it is empty. */
export async function usersOf(server: { readonly url: string }, channel: string): Promise<string[]> {
  const answer = await new ApiClient(server).get(`/channels/${channel}/users`);
  if (answer.status === 404) return [];
  const { users } = answer.json() as { users: { id: string | number }[] };
  return users.map(({ id }) => String(id)).sort();
}

/** Subscriptions to a channel, or users of a presence channel, as one node's API answers. */
export async function countOf(server: { readonly url: string }, channel: string): Promise<number> {
  const attribute = channel.startsWith("presence-") ? "user_count" : "subscription_count";
  const answer = await new ApiClient(server).get(`/channels/${channel}`, { info: attribute });
  return (answer.json() as Record<string, number>)[attribute] ?? 0;
}

/** Connections on all nodes, as one node's API answers. */
export async function connectionsOf(server: { readonly url: string }): Promise<number> {
  return ((await new ApiClient(server).get("/connections")).json() as { connections: number }).connections;
}
