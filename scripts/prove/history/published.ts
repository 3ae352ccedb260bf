import type { Frame } from "./entry.ts";
import type { History } from "./history.ts";
import type { ClientEvent, Publish } from "./operation.ts";

/** An event of the API or of a client, by its message. */
export type Published = Publish | ClientEvent;

/** All events that were tried, by their messages, which are unique in a run. */
export function publishedIn({ entries }: History): ReadonlyMap<string, Published> {
  const found = new Map<string, Published>();
  for (const each of entries) {
    if (each.type === "operation" && (each.kind === "publish" || each.kind === "client-event")) {
      found.set(each.message, each);
    }
  }
  return found;
}

/** Whose events have an order: of an API caller at one node, or of a connection. Events of different nodes have none. */
export function publisherOf(published: Published): string {
  return published.kind === "publish" ? `${published.actor} at ${published.node}` : published.connection;
}

/** The connection that MUST NOT get it: the sender of a client event, or the one that the call leaves out. */
export function leftOut(published: Published): string | undefined {
  return published.kind === "publish" ? published.except : published.connection;
}

/** Whether a message is an event of the application, and none of the protocol's own. */
export function isEvent({ event, channel }: Frame): boolean {
  return channel !== undefined && !/^(pusher|pusher_internal|resound):/.test(event);
}
