/** What every message that is none is answered with. */
export const INVALID_MESSAGE = errorFrame(4200, "Invalid message format");

/** The answer to a signature that does not fit. */
export const UNAUTHORIZED = errorFrame(4009, "Connection is unauthorized");

export const TOO_MANY_CHANNELS = errorFrame(4200, "Too many channels on this connection");

export const PONG = '{"event":"pusher:pong"}';

function errorFrame(code: number, message: string): string {
  return JSON.stringify({ event: "pusher:error", data: JSON.stringify({ code, message }) });
}

/** The confirmation of a subscription, for any name; `channel` is escaped as `JSON.stringify` does. */
export function succeeded(channel: string): string {
  return JSON.stringify({ event: "pusher_internal:subscription_succeeded", data: "{}", channel });
}

/** The second half of a refused subscription: the event that reaches the channel's own error handlers. */
export function subscriptionError(channel: string, type: string, error: string, status: number): string {
  return JSON.stringify({ event: "pusher:subscription_error", channel, data: { type, error, status } });
}
