import type { Subscription } from "../hub/channels/subscription.ts";
import { userTopic } from "../hub/channels/topic.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { userOfChannel } from "../protocol/channel-name.ts";

/** Handles `pusher:unsubscribe`. Nobody answers it; of a channel that was not subscribed nothing happens. */
export function unsubscribe(hub: Hub, connection: Connection, name: string): void {
  const userId = userOfChannel(name);
  if (userId !== undefined) {
    if (userId === connection.userId) connection.socket.unsubscribe(userTopic(hub.application.id, userId));
    return;
  }
  const subscription = connection.subscriptions?.get(name);
  if (subscription === undefined) return;
  connection.subscriptions?.delete(name);
  connection.socket.unsubscribe(subscription.channel.topic);
  leave(hub, connection, subscription);
}

/** Takes a connection that has ended off all its channels; the runtime has already taken it off the topics. */
export function unsubscribeFromAll(hub: Hub, connection: Connection): void {
  if (connection.subscriptions === undefined) return;
  for (const subscription of connection.subscriptions.values()) leave(hub, connection, subscription);
  connection.subscriptions = undefined;
}

function leave(hub: Hub, connection: Connection, { channel, hold, isConfirmed }: Subscription): void {
  if (isConfirmed) channel.subscriptionCount--;
  else channel.pendingCount--;
  if (hold !== undefined) channel.presence?.leave(hold);
  if (isConfirmed) {
    hub.life?.unsubscribed(connection, channel.name, hold?.data.userId);
    hub.subscriptionCounts?.changed(channel);
  }
  hub.occupancyChanged(channel);
}
