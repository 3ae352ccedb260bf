/** Every reason for which the server turns something down. A closed set: each is a counter and a metric's label. */
export const REFUSAL_REASONS = [
  "unknown_application",
  "over_quota",
  "origin_not_allowed",
  "upgrade_required",
  "invalid_message",
  "ignored_event",
  "subscription_unauthorized",
  "channel_invalid",
  "too_many_channels",
  "sign_in_unauthorized",
  "watchlist_too_long",
  "client_events_disabled",
  "not_a_member",
  "rate_limited",
  "message_too_large",
  "pong_missing",
  "slow_reader",
  "protocol_violation",
  "api_unknown_application",
  "api_unauthorized",
  "api_too_large",
  "api_invalid",
  "api_not_found",
  "dashboard_unauthorized",
] as const;

/** One of {@link REFUSAL_REASONS}. */
export type RefusalReason = typeof REFUSAL_REASONS[number];

/** One refusal, as whoever looks for it in the log wants it. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** What exactly was wrong, as a sentence without full stop. Never a secret, an `auth` value or a signature. */
  readonly detail: string;
  /** Application id, where one is known. */
  readonly application?: string | undefined;
  /** `socket_id`, where there is one. */
  readonly connection?: string | undefined;
  /** Where the client or caller comes from. */
  readonly address?: string | undefined;
}
