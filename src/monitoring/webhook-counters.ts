/** What can become of an event that a webhook reports. A closed set: each is a metric's label. */
export const WEBHOOK_EVENT_OUTCOMES = [
  /** The receiver has answered with 2xx. */
  "accepted",
  /** It was tried for as long as events are. */
  "expired",
  /** Too many waited, and it was the oldest. */
  "queue_full",
  /** It waited through a restart or a reload after which its URL was no longer configured. */
  "not_configured",
] as const;

/** One of {@link WEBHOOK_EVENT_OUTCOMES}. */
export type WebhookEventOutcome = typeof WEBHOOK_EVENT_OUTCOMES[number];

/** How a request can go. A closed set: each is a metric's label. */
export const WEBHOOK_REQUEST_OUTCOMES = [
  "accepted",
  "error_status",
  "redirect",
  "timeout",
  "unreachable",
  "private_address",
] as const;

/** One of {@link WEBHOOK_REQUEST_OUTCOMES}. */
export type WebhookRequestOutcome = typeof WEBHOOK_REQUEST_OUTCOMES[number];

/** A request that was not accepted. */
export interface WebhookFailure {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Without what is secret in it. */
  readonly url: string;
  /** In words for people, without full stop. */
  readonly reason: string;
}

/** What happened to the webhooks of one application on this node. An application without webhooks has none. */
export class WebhookCounters {
  readonly events: Record<WebhookEventOutcome, number> = {
    accepted: 0,
    expired: 0,
    queue_full: 0,
    not_configured: 0,
  };
  readonly requests: Record<WebhookRequestOutcome, number> = {
    accepted: 0,
    error_status: 0,
    redirect: 0,
    timeout: 0,
    unreachable: 0,
    private_address: 0,
  };
  /** Events that wait, once for each URL: goes up and down. */
  queued = 0;
  /** The last request that was not accepted. */
  lastFailure: WebhookFailure | undefined = undefined;
  /** By what stands for a URL: its last failure, until its requests are accepted again. */
  readonly failing = new Map<object, WebhookFailure>();
}
