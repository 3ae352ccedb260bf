/** One way in which the server turns a client down. */
export interface ClientError {
  /** Pusher's error code, told in a `pusher:error` event. */
  readonly code: number;
  readonly message: string;
  /** The close code that follows the event, `undefined` when the connection lives on. Never 43xx: pusher-js would give up. */
  readonly close: number | undefined;
}

/** Every error that a client can be told; codes and sentences are Reverb's where Reverb has the case. */
export const ClientErrors = {
  applicationUnknown: { code: 4001, message: "Application does not exist", close: 4001 },
  overQuota: { code: 4004, message: "Application is over connection quota", close: 4004 },
  originNotAllowed: { code: 4009, message: "Origin not allowed", close: 4009 },
  unauthorized: { code: 4009, message: "Connection is unauthorized", close: undefined },
  notAMember: {
    code: 4009,
    message: "The client is not a member of the specified channel.",
    close: undefined,
  },
  terminated: { code: 4009, message: "Connection terminated by the application", close: 4009 },
  invalidMessage: { code: 4200, message: "Invalid message format", close: undefined },
  tooManyChannels: { code: 4200, message: "Too many channels on this connection", close: undefined },
  pongMissing: { code: 4201, message: "Pong reply not received in time", close: 4201 },
  rateLimited: { code: 4301, message: "Rate limit exceeded", close: undefined },
  rateLimitedAndClosed: { code: 4301, message: "Rate limit exceeded", close: 4100 },
  clientEventsDisabled: {
    code: 4301,
    message: "The app does not have client messaging enabled.",
    close: undefined,
  },
} as const satisfies Record<string, ClientError>;

/** Pusher's code for a watchlist that names too many users; the event also names the ids that were accepted. */
export const WATCHLIST_LIMIT_CODE = 4302;

/** Close codes that no error event goes before. */
export const CloseCodes = {
  /** RFC 6455: the message is larger than this server accepts. */
  messageTooLarge: 1009,
  /** Pusher: reconnect at once; said to everyone when the server stops. */
  serverStopping: 4200,
} as const;
