/** Pusher's own webhook events: those of an entry of `webhooks` that names none. */
export const PUSHER_WEBHOOK_EVENTS = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
] as const;

/** Every event that a webhook can be sent for: Pusher's, then ours, which an entry has to name. */
export const WEBHOOK_EVENTS = [
  ...PUSHER_WEBHOOK_EVENTS,
  "connection_opened",
  "connection_closed",
  "subscribed",
  "unsubscribed",
] as const;

/** One of {@link WEBHOOK_EVENTS}. */
export type WebhookEventName = typeof WEBHOOK_EVENTS[number];
