import type { Subscription } from "./channels/channel.ts";
import { userTopic } from "./channels/topic.ts";
import type { Connection } from "./connections/connection.ts";
import type { Hub } from "./hub.ts";
import type { HeldPlaces } from "./recovery/held-places.ts";
import { userOfChannel } from "../protocol/channel-name.ts";

/** Handles `pusher:unsubscribe`. The protocol has no answer to it. Nothing happens for a channel without a subscription. */
export function unsubscribe(hub: Hub, connection: Connection, name: string): void {
  const userId = userOfChannel(name);
  if (userId !== undefined) {
    if (userId !== connection.userId) return;
    connection.isOffUserChannel = true;
    hub.recovery?.unsubscribed(connection, name);
    return connection.socket.unsubscribe(userTopic(hub.application.id, userId));
  }
  const subscription = connection.subscriptions?.get(name);
  if (subscription === undefined) return;
  connection.subscriptions?.delete(name);
  hub.recovery?.unsubscribed(connection, name);
  connection.socket.unsubscribe(subscription.channel.localTopic);
  removeSubscription(hub, connection, subscription);
}

/**
 * Removes all subscriptions of a connection that has ended. The runtime has taken its socket off the topics already. `places` keeps what
 * the connection was as a member, where its client may come back.
 */
export function unsubscribeFromAll(hub: Hub, connection: Connection, places?: HeldPlaces): void {
  if (connection.subscriptions === undefined) return;
  hub.cluster.load.note(connection, connection.subscriptions.size);
  for (const subscription of connection.subscriptions.values()) {
    removeSubscription(hub, connection, subscription, places);
  }
  connection.subscriptions = undefined;
}

function removeSubscription(
  hub: Hub,
  connection: Connection,
  { channel, hold, isConfirmed }: Subscription,
  places?: HeldPlaces,
): void {
  hub.channelBudget.subscriptionsChanged(connection, -1);
  if (isConfirmed) channel.subscriptionCount--;
  else channel.pendingCount--;
  if (hold !== undefined) {
    if (places === undefined) channel.presence?.leave(hold);
    else places.keep(channel, hold);
  }
  if (isConfirmed) {
    hub.reports?.unsubscribed(connection, channel.name, hold?.data.userId);
    hub.subscriptionCounts?.changed(channel, connection);
  }
  hub.subscriptionsChanged(channel, connection);
}
