/**
 * How one kind of connection, message or call is turned down. The row is the only place that says so: the counters, the log,
 * the frames to the client and the table in docs/monitoring.md all come from it.
 */
export interface RefusalRow {
  /** What is turned down: a cell of the table in docs/monitoring.md, so in Markdown and without a full stop. */
  readonly what: string;
  /** Pusher's error code in the `pusher:error` that the client is sent. Missing where the client is sent no error. */
  readonly code?: number;
  /** The text of that error and of the close frame; Reverb's where Reverb has the case. */
  readonly message?: string;
  /** The code of the close frame that follows. Missing where the connection stays open. Never 43xx: pusher-js would give up. */
  readonly close?: number;
  /** As what the end of an established connection is counted. Missing where the connection stays open. */
  readonly disconnect?: string;
  /** `type` and `status` of the `pusher:subscription_error`, for the refusals of a subscription. */
  readonly subscription?: { readonly type: string; readonly status: number };
}

/** Everything that the server turns down. A closed set: each reason is a counter and a metric's label. */
export const REFUSALS = {
  unknown_application: {
    what: "a connection: no application has its key, or no longer",
    code: 4001,
    message: "Application does not exist",
    close: 4001,
    disconnect: "application_removed",
  },
  application_late: {
    what: "a connection whose application could not be looked up within `apps.wait_seconds`",
    code: 4100,
    message: "The application cannot be looked up now",
    close: 4100,
    disconnect: "refused",
  },
  application_disabled: {
    what: "a connection to an application whose `enabled` is false",
    code: 4003,
    message: "Application disabled",
    close: 4003,
    disconnect: "application_disabled",
  },
  over_quota: {
    what: "a connection beyond `max_connections`",
    code: 4004,
    message: "Application is over connection quota",
    close: 4004,
    disconnect: "refused",
  },
  over_address_limit: {
    what: "a connection beyond `max_connections_per_address`",
    code: 4100,
    message: "Too many connections from this address",
    close: 4100,
    disconnect: "refused",
  },
  over_capacity: {
    what: "a connection while nearly all files are open that the process may have open",
    code: 4100,
    message: "Over capacity",
    close: 4100,
    disconnect: "refused",
  },
  over_welcome_rate: {
    what: "a connection beyond `welcome_rate` that has waited 1.5 s for its turn, or when too many wait",
    code: 4100,
    message: "Over capacity",
    close: 4100,
    disconnect: "refused",
  },
  too_early: {
    what:
      "a connection with too many messages before it was established, while it waits for its turn or Redis is asked for the quota",
    code: 4100,
    message: "Too many messages before the connection was established",
    close: 4100,
    disconnect: "refused",
  },
  redis_behind: {
    what:
      "a connection that sends more than Redis keeps up with, where the runtime cannot stop reading from it",
    code: 4100,
    message: "Over capacity",
    close: 4100,
    disconnect: "redis_behind",
  },
  no_file_left: { what: "a connection for which no file was left; it is closed at once, without an answer" },
  origin_not_allowed: {
    what: "a connection from a page that `allowed_origins` does not name",
    code: 4009,
    message: "Origin not allowed",
    close: 4009,
    disconnect: "refused",
  },
  upgrade_required: { what: "a request to `/app` that is no WebSocket handshake" },
  invalid_message: {
    what: "a message that is no JSON, or not what the protocol asks for",
    code: 4200,
    message: "Invalid message format",
  },
  ignored_event: { what: "an event whose name does not begin with `client-`; it is ignored" },
  subscription_unauthorized: {
    what: "a subscription with a missing or wrong signature",
    code: 4009,
    message: "Connection is unauthorized",
    subscription: { type: "AuthError", status: 401 },
  },
  channel_invalid: {
    what: "a subscription to a name that no channel may have, or a client event for one",
    code: 4200,
    message: "Invalid message format",
    subscription: { type: "InvalidChannel", status: 400 },
  },
  too_many_channels: {
    what: "a subscription beyond `max_channels_per_connection`",
    code: 4200,
    message: "Too many channels on this connection",
    subscription: { type: "LimitReached", status: 429 },
  },
  channels_full: {
    what: "a subscription to one more channel where `max_channels` or `max_channel_bytes` leaves no room",
    code: 4200,
    message: "The application has too many channels",
    subscription: { type: "LimitReached", status: 429 },
  },
  sign_in_late: {
    what:
      "a client that has neither signed in nor subscribed to a private or presence channel within `sign_in_seconds`",
    code: 4009,
    message: "Connection not authorized within timeout.",
    close: 4009,
    disconnect: "refused",
  },
  sign_in_unauthorized: {
    what: "a user's sign-in with a wrong signature or without what it needs",
    code: 4009,
    message: "Connection is unauthorized",
  },
  watchlist_too_long: {
    what: "users of a watchlist beyond the first 100; those are watched",
    code: 4302,
    // The client is sent the ids of these users behind it.
    message: "The watchlist holds more than 100 users; only these are watched",
  },
  client_events_disabled: {
    what: "a client event where `accept_client_events_from` is `none`",
    code: 4301,
    message: "The app does not have client messaging enabled.",
  },
  not_a_member: {
    what: "a client event of a connection that is not subscribed to the channel",
    code: 4009,
    message: "The client is not a member of the specified channel.",
  },
  rate_limited: {
    what:
      "a message beyond `rate_limiting`, or a client event beyond `max_client_events_per_second`; the connection is closed only with `terminate_on_limit`",
    code: 4301,
    message: "Rate limit exceeded",
    close: 4100,
    disconnect: "rate_limited",
  },
  message_flood: {
    what: "messages of one connection that come faster than they are handled, when 4 MiB of them wait",
    code: 4301,
    message: "Rate limit exceeded",
    close: 4100,
    disconnect: "rate_limited",
  },
  message_too_large: {
    what: "a message longer than `max_message_size`",
    message: "Message too large",
    // RFC 6455, 7.4.1: the message is larger than this server accepts.
    close: 1009,
    disconnect: "message_too_large",
  },
  pong_missing: {
    what: "a connection that was pinged and did not answer",
    code: 4201,
    message: "Pong reply not received in time",
    close: 4201,
    disconnect: "pong_missing",
  },
  slow_reader: {
    what: "a connection for which more than `max_backlog_bytes` wait; the runtime closes it",
    disconnect: "slow_reader",
  },
  protocol_violation: {
    what: "a connection whose frames are broken; the runtime closes it",
    disconnect: "protocol_violation",
  },
  api_flood: {
    what:
      "pipelined calls of one connection beyond some 512 in one turn of the event loop; the connection ends",
  },
  api_unfinished: { what: "a call whose body stalls for 10 seconds; the connection ends" },
  api_unknown_application: { what: "a call for an application that does not exist" },
  api_application_late: {
    what: "a call for an application that could not be looked up within `apps.wait_seconds`",
  },
  api_application_disabled: { what: "a call for an application whose `enabled` is false" },
  api_rate_limited: { what: "a call beyond `max_api_calls_per_second`" },
  api_unauthorized: { what: "a call with a wrong signature, key or time" },
  api_too_large: { what: "a call whose body is longer than `max_request_size`" },
  api_invalid: { what: "a call whose body or parameters cannot be used" },
  api_idempotency_key: {
    what:
      "a call with an idempotency key that is empty, longer than 255 characters or unprintable, or with two that differ",
  },
  api_idempotency_reused: {
    what: "a call with the idempotency key of an earlier call that had another body",
  },
  api_idempotency_running: {
    what: "a call with the idempotency key of a call that had no answer after 5 seconds",
  },
  api_idempotency_full: {
    what:
      "a call with one more idempotency key where `idempotency.max_keys` or `idempotency.max_bytes` leaves no room",
  },
  api_not_found: { what: "a call to a path or with a method that does not exist" },
  host_not_allowed: {
    what:
      "a request to the port of the metrics or of the dashboard for a host name that is not the port's own",
  },
  address_not_allowed: {
    what: "a request to the dashboard from an address that `dashboard.allowed_addresses` does not name",
  },
  dashboard_unauthorized: {
    what: "a sign-in to the dashboard that failed, or came too soon after failed ones",
  },
} as const satisfies Readonly<Record<string, RefusalRow>>;

/** One of {@link REFUSALS}. */
export type RefusalReason = keyof typeof REFUSALS;

/** Their names, in the order of the table. */
export const REFUSAL_REASONS = Object.keys(REFUSALS) as readonly RefusalReason[];

type ReasonsWith<Column> = {
  [Reason in RefusalReason]: typeof REFUSALS[Reason] extends Column ? Reason : never;
}[RefusalReason];

/** The reasons for which a client is sent a `pusher:error`. */
export type ClientRefusal = ReasonsWith<{ readonly code: number }>;

/** The reasons for which a client is sent a `pusher:subscription_error` as well. */
export type SubscriptionRefusal = ReasonsWith<{ readonly subscription: object }>;

/** One refusal, with what an operator needs to find its cause in the log. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** What exactly was wrong, as a sentence without a full stop. Never a secret, an `auth` value or a signature. */
  readonly detail: string;
  /** Application id, where one is known. */
  readonly application?: string | undefined;
  /** The channel that it is about, as the client named it and of any length; where it is about one. */
  readonly channel?: string | undefined;
  /** `socket_id`, where there is one. */
  readonly connection?: string | undefined;
  /** The address of the client or caller. */
  readonly address?: string | undefined;
}
