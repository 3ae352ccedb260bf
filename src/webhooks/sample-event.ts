import type { WebhookConfig } from "../config/config.ts";
import type { WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/** Is part of the channel's name in every sample, so that a receiver can tell samples from real events. */
export const SAMPLE_CHANNEL = "resound-test";

/** A socket id that no connection has. */
const SOCKET = "0.0";

/** The user id of every sample. */
const USER = "resound-test-user";

/** A made-up event of a name, in the form in which the server sends it, on a channel that the webhook's filter lets pass. */
export function sampleEvent(name: WebhookEventName, filter: WebhookConfig["filter"]): WebhookEvent {
  const channel = (beginning: string): string => {
    const { prefix, suffix } = filter;
    return `${beginning.startsWith(prefix) ? beginning : prefix}${SAMPLE_CHANNEL}${suffix}`;
  };
  switch (name) {
    case "channel_occupied":
    case "channel_vacated":
      return { name, channel: channel("") };
    case "cache_miss":
      return { name, channel: channel("cache-") };
    case "member_added":
    case "member_removed":
      return { name, channel: channel("presence-"), user_id: USER };
    case "client_event":
      return {
        name,
        channel: channel("presence-"),
        event: "client-test",
        data: '{"test":true}',
        socket_id: SOCKET,
        user_id: USER,
      };
    case "subscription_count":
      return { name, channel: channel(""), subscription_count: 1 };
    case "connection_opened":
      return { name, channel: "", socket_id: SOCKET };
    case "connection_closed":
      return { name, channel: "", socket_id: SOCKET, code: 1000 };
    case "subscribed":
    case "unsubscribed":
      return { name, channel: channel("presence-"), socket_id: SOCKET, user_id: USER };
  }
}
