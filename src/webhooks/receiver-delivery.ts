import type { Application } from "../hub/applications/application.ts";
import type { WebhookOptions } from "../config/config.ts";
import type { Log } from "../monitoring/log.ts";
import type { WebhookCounters } from "../monitoring/webhook-counters.ts";
import type { UnsentEvents, WaitingEvent } from "./batch.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import { DeliveryLog } from "./delivery-log.ts";
import type { EventOrigin } from "./event-origin.ts";
import { EventQueue } from "./event-queue.ts";
import type { PostWebhook } from "./post-webhook.ts";
import type { Receiver } from "./receiver.ts";
import { signedRequest } from "./signed-request.ts";

/** What all deliveries share. */
export interface DeliveryServices {
  /** Read each time, since a reload may change them. */
  readonly options: () => WebhookOptions;
  readonly clock: DeliveryClock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** A new delivery id. */
  readonly newId: () => string;
  readonly post: PostWebhook;
  readonly log: Log;
}

/** Brings the events of one application to one receiver: signs the batches of its queue, sends them, and logs the outcome. */
export class ReceiverDelivery {
  #receiver: Receiver;
  readonly #queue: EventQueue;
  readonly #log: DeliveryLog;

  constructor(
    application: Application,
    receiver: Receiver,
    counters: WebhookCounters,
    services: DeliveryServices,
  ) {
    this.#receiver = receiver;
    const { post, log, ...shared } = services, { options, clock } = shared;
    const deliveryLog = new DeliveryLog({
      application: application.id,
      url: receiver.url,
      log,
      counters,
      clock,
    });
    this.#log = deliveryLog;
    this.#queue = new EventQueue({
      ...shared,
      send: ({ id, body }, signal) => {
        // Signed with the settings of this moment: a reload may have changed the secret and the headers since the event happened.
        const { key, secret } = application, { url, headers } = this.#receiver;
        const { timeout, refusePrivateAddresses } = options();
        const request = signedRequest({ url, headers, key, secret }, id, body);
        return post(request, { timeout, refusePrivateAddresses, signal });
      },
      sent: (outcome, others) => deliveryLog.sent(outcome, others),
      done: (outcome, events) => deliveryLog.done(outcome, events),
      dropped: (event) => deliveryLog.dropped(event),
      grew: (difference) => void (counters.queued += difference),
    });
  }

  get receiver(): Receiver {
    return this.#receiver;
  }

  /** Applies new settings of the receiver, which MUST have the same id. */
  reconfigure(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  /** Adds an event as JSON text. Events with one key arrive in the order in which they were pushed. */
  push(key: string, json: string, origin: EventOrigin): void {
    this.#queue.push(key, json, origin);
  }

  /** The events with a key that wait, in order; `undefined` when there are more than `most`. */
  waitingWithKey(key: string, most: number): readonly WaitingEvent[] | undefined {
    return this.#queue.waitingWithKey(key, most);
  }

  /** Forgets the events with a key that wait, as if they had not happened. */
  withdraw(key: string): void {
    this.#queue.withdraw(key);
  }

  restore(unsent: UnsentEvents): void {
    this.#queue.restore(unsent);
  }

  /** Sends all events that wait; ends early when `signal` is aborted. */
  flush(signal: AbortSignal): Promise<void> {
    return this.#queue.flush(signal);
  }

  /** Ends, and returns the events that were not accepted. */
  stop(): UnsentEvents {
    const unsent = this.#queue.stop();
    this.#log.stop();
    return unsent;
  }

  /** Ends and drops the events that were not accepted: this receiver is no longer configured. */
  abandon(): void {
    this.#queue.abandon("not_configured");
    this.#log.stop();
  }
}
