/** One event, in the form that it has in the body of a request. The first seven are Pusher's, the others are of this server. */
export type WebhookEvent =
  | { readonly name: "channel_occupied" | "channel_vacated" | "cache_miss"; readonly channel: string }
  | {
    readonly name: "member_added" | "member_removed";
    readonly channel: string;
    readonly user_id: string;
  }
  | {
    readonly name: "client_event";
    readonly channel: string;
    readonly event: string;
    /** What the client sent, as JSON where it was not a string. */
    readonly data: string;
    readonly socket_id: string;
    readonly user_id?: string | undefined;
  }
  | {
    readonly name: "subscription_count";
    readonly channel: string;
    readonly subscription_count: number;
  }
  // Pusher's library for PHP takes the channel of each event, and fails where there is none: so these two have an empty one.
  | { readonly name: "connection_opened"; readonly channel: ""; readonly socket_id: string }
  | {
    readonly name: "connection_closed";
    readonly channel: "";
    readonly socket_id: string;
    readonly code: number;
    readonly user_id?: string | undefined;
  }
  | {
    readonly name: "subscribed" | "unsubscribed";
    readonly channel: string;
    readonly socket_id: string;
    readonly user_id?: string | undefined;
  };

/** The channel of an event; `undefined` where the event is about a connection. */
export function channelOf(event: WebhookEvent): string | undefined {
  return event.channel === "" ? undefined : event.channel;
}

/** The channel or the connection of an event. Events with one key arrive in the order in which they happened. */
export function orderKey(event: WebhookEvent): string {
  // No channel's name begins with a line feed, so no key of a connection is that of a channel.
  return channelOf(event) ?? ("socket_id" in event ? `\n${event.socket_id}` : "\n");
}
