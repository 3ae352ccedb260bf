/** What a client asks for in one frame. */
export type ClientMessage =
  | { readonly type: "ping" }
  | { readonly type: "pong" }
  | SubscribeMessage
  | { readonly type: "unsubscribe"; readonly channel: string }
  | SignInMessage
  | ClientEventMessage
  /** A name that is neither the protocol's nor begins with `client-`: Reverb drops it without a word, and so do we. */
  | { readonly type: "ignored"; readonly reason: string }
  | { readonly type: "invalid"; readonly reason: string };

/** `pusher:subscribe`. Its `auth` is empty for public channels. */
export interface SubscribeMessage {
  readonly type: "subscribe";
  readonly channel: string;
  readonly auth: string;
  /** The exact text that was signed, for a presence channel a JSON object with `user_id`. */
  readonly channelData: string | undefined;
}

/** `pusher:signin`. */
export interface SignInMessage {
  readonly type: "signin";
  readonly auth: string;
  /** The exact text that was signed: a JSON object with a non-empty string `id`. */
  readonly userData: string;
}

/** A `client-…` event for the other subscribers of a channel. */
export interface ClientEventMessage {
  readonly type: "client-event";
  readonly event: string;
  readonly channel: string;
  /** The data as JSON text, as it was sent; `null` when none was. */
  readonly data: string;
}
