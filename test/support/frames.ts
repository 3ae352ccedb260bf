// Exact frames of the server that more than one file expects.

export const PING = '{"event":"pusher:ping"}';
export const PONG = '{"event":"pusher:pong"}';

export const INVALID_MESSAGE = String
  .raw`{"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Invalid message format\"}"}`;
export const UNAUTHORIZED = String
  .raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"Connection is unauthorized\"}"}`;
export const NOT_A_MEMBER = String
  .raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"The client is not a member of the specified channel.\"}"}`;
export const OVER_QUOTA = String
  .raw`{"event":"pusher:error","data":"{\"code\":4004,\"message\":\"Application is over connection quota\"}"}`;
export const ORIGIN_NOT_ALLOWED = String
  .raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"Origin not allowed\"}"}`;
export const UNKNOWN_APPLICATION = String
  .raw`{"event":"pusher:error","data":"{\"code\":4001,\"message\":\"Application does not exist\"}"}`;
export const RATE_LIMITED = String
  .raw`{"event":"pusher:error","data":"{\"code\":4301,\"message\":\"Rate limit exceeded\"}"}`;
export const PONG_MISSING = String
  .raw`{"event":"pusher:error","data":"{\"code\":4201,\"message\":\"Pong reply not received in time\"}"}`;
export const TOO_MANY_CHANNELS = String
  .raw`{"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Too many channels on this connection\"}"}`;

/** The confirmation of a channel without members, for any name; `channel` is escaped as `JSON.stringify` does. */
export function succeeded(channel: string): string {
  return JSON.stringify({ event: "pusher_internal:subscription_succeeded", data: "{}", channel });
}

/** The second half of a refused subscription: the event that reaches the channel's own error handlers. */
export function subscriptionError(
  channel: string,
  type = "AuthError",
  error = "Connection is unauthorized",
  status = 401,
): string {
  return JSON.stringify({ event: "pusher:subscription_error", channel, data: { type, error, status } });
}
