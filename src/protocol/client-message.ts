/** One frame of a client, decoded. */
export type ClientMessage =
  | { readonly type: "ping" }
  | { readonly type: "pong" }
  | SubscribeMessage
  | { readonly type: "unsubscribe"; readonly channel: string }
  | SignInMessage
  | ClientEventMessage
  /** The event's name begins neither with `pusher:` nor with `client-`. Such a message gets no answer, as in Reverb. */
  | { readonly type: "ignored"; readonly reason: string }
  | { readonly type: "invalid"; readonly reason: string };

/** `pusher:subscribe`. For public channels `auth` is empty. */
export interface SubscribeMessage {
  readonly type: "subscribe";
  readonly channel: string;
  readonly auth: string;
  /** The exact text that the signature covers; for a presence channel a JSON object with `user_id`. */
  readonly channelData: string | undefined;
}

/** `pusher:signin`. */
export interface SignInMessage {
  readonly type: "signin";
  readonly auth: string;
  /** The exact text that the signature covers: a JSON object with a non-empty string `id`. */
  readonly userData: string;
}

/** A `client-…` event for the other subscribers of a channel. */
export interface ClientEventMessage {
  readonly type: "client-event";
  readonly event: string;
  readonly channel: string;
  /** The data as JSON text, as it was sent; `null` when there was none. */
  readonly data: string;
}
