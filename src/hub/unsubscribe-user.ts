import { NamePatterns } from "./applications/name-patterns.ts";
import { subscriptionErrorFrame } from "../protocol/encode-frame.ts";
import type { Hub } from "./hub.ts";
import { connectionsOfUser } from "./terminate-user.ts";
import { unsubscribe } from "./unsubscribe.ts";

/**
 * Takes every connection of this node that is signed in as the user, or stands for it on a presence channel, off the channels whose names
 * fit the pattern (`*` stands for any text), and tells its client. The user's own channel is none of them.
 */
export function unsubscribeUser(hub: Hub, userId: string, pattern: string): void {
  const patterns = new NamePatterns([pattern]);
  for (const connection of connectionsOfUser(hub, userId)) {
    // A copy, since each is removed.
    for (const name of [...connection.subscriptions?.keys() ?? []]) {
      if (!patterns.match(name)) continue;
      unsubscribe(hub, connection, name);
      const frame = subscriptionErrorFrame(name, "AuthError", "Unsubscribed by the application", 403);
      hub.delivery.toConnection(connection, frame);
    }
  }
}
