import { channelTopic } from "../hub/channels/topic.ts";
import type { Connection } from "../hub/connections/connection.ts";
import { withinRateLimit } from "../hub/connections/rate-limiter.ts";
import type { Hub } from "../hub/hub.ts";
import { channelNameFault, userOfChannel } from "../protocol/channel-name.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";
import { clientEventFrame } from "../protocol/encode-frame.ts";

/**
 * Handles a `client-…` event: sends event, channel and data to the channel's other subscribers, on presence channels with the
 * sender's `user_id`. No other field of the message is passed on.
 */
export function clientEvent(hub: Hub, connection: Connection, message: ClientEventMessage): void {
  const acceptedFrom = connection.application.settings.acceptClientEventsFrom, name = message.channel;
  if (acceptedFrom === "none") {
    const detail = "the application accepts no client events (accept_client_events_from)";
    return hub.delivery.refuse(connection, "client_events_disabled", detail, { channel: name });
  }
  const subscription = connection.subscriptions?.get(name);
  if (subscription === undefined && acceptedFrom === "members") {
    const detail = "a client event came from a connection that is not subscribed to its channel";
    return hub.delivery.refuse(connection, "not_a_member", detail, { channel: name });
  }
  const channel = subscription?.channel ?? hub.channels.find(name);
  if (channel === undefined) {
    const fault = channelNameFault(name, connection.application.settings.maxChannelNameLength);
    if (fault !== undefined) {
      return hub.delivery.refuse(connection, "channel_invalid", fault, { channel: name });
    }
    // On another node it may have subscribers. A user's own channel has none: only the application sends to it.
    const isHeard = hub.cluster.isShared || hub.recovery?.events.isLogged(name) === true;
    if (!isHeard || userOfChannel(name) !== undefined) return;
  }
  const most = connection.application.settings.maxClientEventsPerSecond;
  if (most !== undefined && !isWithin(connection, most)) {
    const detail = `more than ${most} client events within a second (max_client_events_per_second)`;
    return hub.delivery.refuse(connection, "rate_limited", detail, { channel: name, closes: false });
  }
  const member = subscription?.hold?.data;
  const frame = clientEventFrame(message.event, name, message.data, member?.userIdJson);
  const receivers = channel === undefined ? 0 : hub.delivery.toChannel(channel, frame, connection);
  const logging = hub.recovery?.events.published(name, frame, connection.id);
  hub.monitor.clientEvent(connection, message, receivers);
  hub.reports?.clientEvent(connection, message, member?.userId);
  if (!hub.cluster.isShared) return;
  hub.cluster.events.publish(channelTopic(hub.application.id, name), frame, connection.id, logging);
}

/** Counts one client event, by the second in which its connection was heard of last. */
function isWithin(connection: Connection, most: number): boolean {
  const counted = connection.clientEvents ??= { rateWindow: undefined };
  const limit = { enabled: true, maxAttempts: most, decaySeconds: 1, terminateOnLimit: false };
  return withinRateLimit(counted, limit, connection.lastSeenAt);
}
