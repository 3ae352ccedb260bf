import { channelTopic, userTopic } from "../channels/topic.ts";
import type { Hub } from "../hub.ts";
import { channelKind, userOfChannel } from "../../protocol/channel-name.ts";
import { eventFrame } from "../../protocol/encode-frame.ts";

/**
 * Sends one event of the application to the subscribers of one channel (or to the connections of one signed-in user) on all
 * nodes, and caches it where the channel is a cache channel. `encodedData` is the event's data string as JSON text, so that an
 * event for many channels is encoded once. The connection with the id `exceptSocketId` is left out, also on another node.
 * Returns how many subscribers on this node it was sent to.
 */
export function broadcast(
  hub: Hub,
  event: string,
  encodedData: string,
  channelName: string,
  exceptSocketId: string | undefined,
): number {
  const receivers = send(hub, event, encodedData, channelName, exceptSocketId);
  hub.monitor.apiEvent(hub.application, channelName, event, encodedData, receivers, exceptSocketId);
  return receivers;
}

/** Returns how many connections of this node it was sent to. */
function send(
  hub: Hub,
  event: string,
  encodedData: string,
  channelName: string,
  exceptSocketId: string | undefined,
): number {
  const { application, cluster, delivery } = hub;
  const except = exceptSocketId === undefined ? undefined : hub.connections.find(exceptSocketId);
  const userId = userOfChannel(channelName);
  if (userId !== undefined) {
    const frame = eventFrame(event, encodedData, channelName), topic = userTopic(application.id, userId);
    const receivers = delivery.toTopic(topic, frame, except?.userId === userId ? except : undefined);
    const logging = hub.recovery?.events.published(channelName, frame, exceptSocketId);
    cluster.events.publish(topic, frame, exceptSocketId, logging);
    return receivers;
  }
  const channel = hub.channels.find(channelName);
  const cached = (channel?.kind ?? channelKind(channelName)).cached;
  if (
    channel === undefined && !cached && !cluster.isShared &&
    hub.recovery?.events.isLogged(channelName) !== true
  ) {
    return 0;
  }
  const frame = eventFrame(event, encodedData, channelName);
  const receivers = channel === undefined ? 0 : delivery.toChannel(channel, frame, except);
  const logging = hub.recovery?.events.published(channelName, frame, exceptSocketId);
  if (!cached && !cluster.isShared) return receivers;
  const topic = channelTopic(application.id, channelName);
  if (cached) hub.cache.put(topic, frame);
  if (cached) cluster.events.publishCached(topic, frame, exceptSocketId, logging);
  else cluster.events.publish(topic, frame, exceptSocketId, logging);
  return receivers;
}
