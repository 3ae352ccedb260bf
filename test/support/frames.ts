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

/** The confirmation of a channel without members; the name MUST need no escapes. */
export function succeeded(channel: string): string {
  return `{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"${channel}"}`;
}

/** The refusal of one channel for want of a fitting signature; it follows UNAUTHORIZED. */
export function subscriptionError(channel: string): string {
  return `{"event":"pusher:subscription_error","channel":"${channel}",` +
    `"data":{"type":"AuthError","error":"Connection is unauthorized","status":401}}`;
}
