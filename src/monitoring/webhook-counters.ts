/** How the delivery of an event to a webhook can end. A closed set: each is a metric's label. */
export const WEBHOOK_EVENT_OUTCOMES = [
  /** The receiver answered with 2xx. */
  "accepted",
  /** It was tried until the longest time for retries had passed. */
  "expired",
  /** Too many events waited. */
  "queue_full",
  /** Too many events waited, and the client that caused it had caused more than its share of them. */
  "over_share",
  /** After a restart or a reload its URL was no longer configured. */
  "not_configured",
] as const;

/** One of {@link WEBHOOK_EVENT_OUTCOMES}. */
export type WebhookEventOutcome = typeof WEBHOOK_EVENT_OUTCOMES[number];

/** How a request to a webhook can end. A closed set: each is a metric's label. */
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

/** A request to a webhook that was not accepted. */
export interface WebhookFailure {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Without its secrets. */
  readonly url: string;
  /** For people, without a full stop. */
  readonly reason: string;
}

/** The counts of one application's webhooks on this node. An application without webhooks has no such object. */
export class WebhookCounters {
  readonly events: Record<WebhookEventOutcome, number> = {
    accepted: 0,
    expired: 0,
    queue_full: 0,
    over_share: 0,
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
  /** Events that wait now, once for each URL. */
  queued = 0;
  /** The last request that was not accepted. */
  lastFailure: WebhookFailure | undefined = undefined;
  /** The last failure of each URL whose requests fail now. The key is the object that stands for the URL. */
  readonly failing = new Map<object, WebhookFailure>();
}
