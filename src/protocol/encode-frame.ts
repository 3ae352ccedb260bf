// Every function returns one complete text frame. Key order and spelling are Reverb's, since tests of clients compare bytes.
// `data` is a JSON text inside a JSON string unless a comment says otherwise.

/** `pusher:ping`; Reverb sends no `data`. */
export const PING_FRAME = '{"event":"pusher:ping"}';

/** `pusher:pong`; Reverb sends no `data`. */
export const PONG_FRAME = '{"event":"pusher:pong"}';

/**
 * The first frame of an accepted connection; `activityTimeout` in seconds. `resume` names the connection, for clients that have no
 * cookies; it MUST need no escapes.
 */
export function establishedFrame(socketId: string, activityTimeout: number, resume?: string): string {
  const name = resume === undefined ? "" : `,\\"resume\\":\\"${resume}\\"`;
  return `{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"${socketId}\\",` +
    `\\"activity_timeout\\":${activityTimeout}${name}}"}`;
}

/** Tells a client that comes back that it has missed events of a channel which it cannot be sent any more. Ours. */
export function gapFrame(channel: string, reason: string): string {
  return `{"event":"resound:gap","data":"{\\"reason\\":\\"${reason}\\"}","channel":${
    JSON.stringify(channel)
  }}`;
}

/** Confirms a subscription to a channel that is not a presence channel. */
export function subscriptionSucceededFrame(channel: string): string {
  return `{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":${
    JSON.stringify(channel)
  }}`;
}

/** Confirms a subscription to a presence channel; `escapedData`, its roster, is escaped for a JSON string already. */
export function presenceSucceededFrame(channel: string, escapedData: string): string {
  return `{"event":"pusher_internal:subscription_succeeded","data":"${escapedData}","channel":${
    JSON.stringify(channel)
  }}`;
}

/** Why a subscription was refused; Echo calls its `.error()` handlers for it. Here `data` is an object. */
export function subscriptionErrorFrame(channel: string, type: string, error: string, status: number): string {
  return `{"event":"pusher:subscription_error","channel":${JSON.stringify(channel)},"data":${
    JSON.stringify({ type, error, status })
  }}`;
}

/** Announces a new user on a presence channel; `channelData` is the text that the subscription's signature covers. */
export function memberAddedFrame(channel: string, channelData: string): string {
  return `{"event":"pusher_internal:member_added","data":${JSON.stringify(channelData)},"channel":${
    JSON.stringify(channel)
  }}`;
}

/** Announces that a user has left a presence channel; `userId` is a JSON text, of a string or a number. */
export function memberRemovedFrame(channel: string, userId: string): string {
  return `{"event":"pusher_internal:member_removed","data":${
    JSON.stringify(`{"user_id":${userId}}`)
  },"channel":${JSON.stringify(channel)}}`;
}

/** An event of the application; `encodedData` is its data string as JSON text. */
export function eventFrame(event: string, encodedData: string, channel: string): string {
  return `{"event":${JSON.stringify(event)},"data":${encodedData},"channel":${JSON.stringify(channel)}}`;
}

/** An event of another client. `data` and `userId` are JSON texts; here `data` is not put into a string. */
export function clientEventFrame(
  event: string,
  channel: string,
  data: string,
  userId: string | undefined,
): string {
  const tail = userId === undefined ? "}" : `,"user_id":${userId}}`;
  return `{"event":${JSON.stringify(event)},"channel":${JSON.stringify(channel)},"data":${data}${tail}`;
}

/** Answers a subscription to a cache channel that has no event. */
export function cacheMissFrame(channel: string): string {
  return `{"event":"pusher:cache_miss","channel":${JSON.stringify(channel)}}`;
}

/** The number of a channel's subscriptions. */
export function subscriptionCountFrame(channel: string, count: number): string {
  return `{"event":"pusher_internal:subscription_count","data":"{\\"subscription_count\\":${count}}","channel":${
    JSON.stringify(channel)
  }}`;
}

/** What a client is sent when it is turned down. */
export interface ClientError {
  /** Pusher's error code, 4000 to 4399. */
  readonly code: number;
  readonly message: string;
}

/** A refusal. Its data is a string, as Reverb sends it (Pusher documents an object; client libraries take both). */
export function errorFrame({ code, message }: ClientError): string {
  return `{"event":"pusher:error","data":${JSON.stringify(JSON.stringify({ code, message }))}}`;
}

/** Confirms a sign-in; `userData` is the text that the signature covers. Here `data` is an object. */
export function signInSucceededFrame(userData: string): string {
  return `{"event":"pusher:signin_success","data":{"user_data":${JSON.stringify(userData)}}}`;
}

/** Watched users who came online, or who went offline. */
export interface WatchlistChange {
  readonly name: "online" | "offline";
  readonly user_ids: readonly string[];
}

/** Which of the watched users are online and which are not. */
export function watchlistFrame(events: readonly WatchlistChange[]): string {
  return `{"event":"pusher_internal:watchlist_events","data":${JSON.stringify(JSON.stringify({ events }))}}`;
}

/** A sign-in succeeded, but its watchlist was cut: the error's text goes on with the ids that are watched. */
export function watchlistLimitFrame({ code, message }: ClientError, watched: readonly string[]): string {
  return errorFrame({ code, message: `${message}: ${watched.join(", ")}` });
}
