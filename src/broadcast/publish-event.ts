import { channelTopic, userTopic } from "../channels/topic.ts";
import type { Connection } from "../connections/connection.ts";
import type { Hub } from "../hub/hub.ts";
import { channelKind, userOfChannel } from "../protocol/channel-name.ts";
import { eventFrame } from "../protocol/encode-frame.ts";

/**
 * Brings one event of the application to the subscribers of one channel (or to one signed-in user), and keeps it where the
 * channel is a cache channel. `encodedData` is the event's data string as JSON text, so that an event for many channels is
 * encoded once.
 */
export function publishEvent(
  hub: Hub,
  event: string,
  encodedData: string,
  channelName: string,
  except: Connection | undefined,
): void {
  hub.monitor.counters.eventsPublished++;
  hub.application.counters.apiEvents++;
  const applicationId = hub.application.id;
  const userId = userOfChannel(channelName);
  if (userId !== undefined) {
    const frame = eventFrame(event, encodedData, channelName);
    return hub.delivery.toTopic(
      userTopic(applicationId, userId),
      frame,
      except?.userId === userId ? except : undefined,
    );
  }
  const channel = hub.channels.find(channelName);
  const cached = (channel?.kind ?? channelKind(channelName)).cached;
  if (channel === undefined && !cached) return;
  const frame = eventFrame(event, encodedData, channelName);
  if (cached) hub.cache.put(channel?.topic ?? channelTopic(applicationId, channelName), frame);
  if (channel !== undefined) hub.delivery.toChannel(channel, frame, except);
}
