import { ApiError } from "../http/api-error.ts";
import { readEvent } from "../http/events.ts";
import { broadcast } from "../hub/broadcast/broadcast.ts";
import type { Hub } from "../hub/hub.ts";
import { subscriptionsElsewhere } from "../hub/monitor/subscriptions-elsewhere.ts";
import { channelKind, channelNameFault, userOfChannel } from "../protocol/channel-name.ts";
import type { NodePlaces } from "./cluster-view.ts";
import type { SentEvent } from "./answers.ts";

/** What Pusher's libraries let an application send to; that for PHP, which Laravel uses, refuses every other name. */
const SENDABLE = /^[-a-zA-Z0-9_=@,.;]+$/;

/**
 * Sends an event as the HTTP API does, and counts its subscribers on all nodes. Rejects with {@link ApiError} 422 for what the API
 * refuses, and for names that no client can hear or no application can send.
 */
export async function sendEvent(
  hub: Hub,
  body: Uint8Array,
  { here }: Pick<NodePlaces, "here">,
): Promise<SentEvent> {
  const { name, encodedData, channels, socketId } = readEvent(hub, body);
  if (/^pusher(_internal)?:/.test(name)) {
    const text = `The name field is invalid: names that begin with ${
      name.slice(0, name.indexOf(":") + 1)
    } are those of the protocol.`;
    throw new ApiError(422, { name: [text] }, "api_invalid");
  }
  const elsewhere = await subscriptionsElsewhere(hub, channels);
  const faults = channels.flatMap((channel) => impossible(hub, channel, elsewhere.get(channel)) ?? []);
  if (faults.length > 0) throw new ApiError(422, { channel: faults }, "api_invalid");
  let receivers = 0, isOnlyHere = false;
  for (const channel of channels) {
    receivers += broadcast(hub, name, encodedData, channel, socketId) + (elsewhere.get(channel) ?? 0);
    isOnlyHere ||= hub.cluster.isShared && !elsewhere.has(channel);
  }
  const [first = ""] = channels;
  return {
    receivers,
    where: isOnlyHere ? here : "",
    occupied: receivers === 0 && channels.length === 1 ? await relatives(hub, first) : [],
  };
}

/** Why no event can be sent to a channel; `undefined` where one can. */
function impossible(hub: Hub, channel: string, elsewhere = 0): string | undefined {
  const invalid = (reason: string): string => `The channel field is invalid: ${reason}.`;
  const fault = channelNameFault(channel, hub.application.settings.maxChannelNameLength);
  if (fault !== undefined) return invalid(`${fault}, so no client can be subscribed to it`);
  const isOccupied = elsewhere > 0 || hub.channels.find(channel) !== undefined;
  if (SENDABLE.test(channel) || isOccupied || userOfChannel(channel) !== undefined) return undefined;
  return invalid(
    "Laravel's Pusher library sends only to names of the letters a to z, digits and _ - = @ , . ; and no client is subscribed to this one",
  );
}

/** Channels with the same name but for `private-` or `presence-` that have subscribers, which was perhaps meant. */
async function relatives(hub: Hub, channel: string): Promise<string[]> {
  const bare = channelKind(channel).access === "public"
    ? channel
    : channel.replace(/^(private|presence)-/, "");
  const names = ["", "private-", "presence-"].map((prefix) => prefix + bare).filter((name) =>
    name !== channel
  );
  const elsewhere = await subscriptionsElsewhere(hub, names);
  return names.filter((name) => (elsewhere.get(name) ?? 0) > 0 || hub.channels.find(name) !== undefined);
}
