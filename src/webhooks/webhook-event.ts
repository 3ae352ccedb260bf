/** One event as it stands in the body of a request. The first seven are Pusher's, the others ours. */
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
    /** A text: what the client sent, as JSON where it was no text. */
    readonly data: string;
    readonly socket_id: string;
    readonly user_id?: string | undefined;
  }
  | {
    readonly name: "subscription_count";
    readonly channel: string;
    readonly subscription_count: number;
  }
  | { readonly name: "connection_opened"; readonly socket_id: string }
  | {
    readonly name: "connection_closed";
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

/** The channel that an event is about; `undefined` where it is about a connection. */
export function channelOf(event: WebhookEvent): string | undefined {
  return "channel" in event ? event.channel : undefined;
}

/** Events with one key arrive in the order in which they happened. */
export function orderKey(event: WebhookEvent): string {
  // No channel's name begins with a line feed.
  return channelOf(event) ?? ("socket_id" in event ? `\n${event.socket_id}` : "\n");
}
