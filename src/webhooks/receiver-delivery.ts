import type { Application } from "../hub/applications/application.ts";
import type { WebhookOptions } from "../config/config.ts";
import type { Log } from "../monitoring/log.ts";
import type { WebhookCounters } from "../monitoring/webhook-counters.ts";
import type { QueueRemains } from "./batch.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import { DeliveryReport } from "./delivery-report.ts";
import { EventQueue } from "./event-queue.ts";
import type { PostWebhook } from "./post-webhook.ts";
import type { Receiver } from "./receiver.ts";
import { signedRequest } from "./signed-request.ts";

/** What all deliveries share. */
export interface DeliveryServices {
  /** As they are now: the configuration may be read again. */
  readonly options: () => WebhookOptions;
  readonly clock: DeliveryClock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** A new delivery id. */
  readonly newId: () => string;
  readonly post: PostWebhook;
  readonly log: Log;
}

/** Brings the events of one application to one receiver. */
export class ReceiverDelivery {
  #receiver: Receiver;
  readonly #queue: EventQueue;
  readonly #report: DeliveryReport;

  constructor(
    application: Application,
    receiver: Receiver,
    counters: WebhookCounters,
    services: DeliveryServices,
  ) {
    this.#receiver = receiver;
    const { post, log, ...shared } = services, { options, clock } = shared;
    const report = new DeliveryReport({
      application: application.id,
      url: receiver.url,
      log,
      counters,
      clock,
    });
    this.#report = report;
    this.#queue = new EventQueue({
      ...shared,
      send: ({ id, body }, signal) => {
        // As they are now: a secret and a header may have been changed since the event happened.
        const { key, secret } = application, { url, headers } = this.#receiver;
        const { timeout, refusePrivateAddresses } = options();
        const request = signedRequest({ url, headers, key, secret }, id, body);
        return post(request, { timeout, refusePrivateAddresses, signal });
      },
      sent: (outcome, others) => report.sent(outcome, others),
      done: (outcome, events) => report.done(outcome, events),
      grew: (difference) => void (counters.queued += difference),
    });
  }

  get receiver(): Receiver {
    return this.#receiver;
  }

  /** Follows the receiver's settings as they are now. It MUST have the same id. */
  follow(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  /** `key`: events with one key arrive in the order in which they were pushed. `json`: the event. */
  push(key: string, json: string): void {
    this.#queue.push(key, json);
  }

  restore(remains: QueueRemains): void {
    this.#queue.restore(remains);
  }

  /** Sends what waits, for as long as `signal` lets it. */
  flush(signal: AbortSignal): Promise<void> {
    return this.#queue.flush(signal);
  }

  /** Ends; what has not been accepted is left for later. */
  stop(): QueueRemains {
    const remains = this.#queue.stop();
    this.#report.stop();
    return remains;
  }

  /** Ends; what has not been accepted is given up, since the receiver is not configured any more. */
  abandon(): void {
    this.#queue.abandon("not_configured");
    this.#report.stop();
  }
}
