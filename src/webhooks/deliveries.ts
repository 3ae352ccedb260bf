import { WEBHOOK_EVENTS, type WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import type { Application } from "../hub/applications/application.ts";
import type { WebhookCounters } from "../monitoring/webhook-counters.ts";
import { countEvents } from "./batch.ts";
import { isBriefStay, MOST_OF_STAY } from "./brief-stay.ts";
import type { EventOrigin } from "./event-origin.ts";
import { receiversOf, receivesEvent, receivesName } from "./receiver.ts";
import { type DeliveryServices, ReceiverDelivery } from "./receiver-delivery.ts";
import type { SpooledQueue } from "./spooled-state.ts";
import { channelOf, orderKey, type WebhookEvent } from "./webhook-event.ts";

const OCCUPANCY = ["channel_occupied", "channel_vacated"] as const;

/** The deliveries to all receivers of one application. */
export class Deliveries {
  readonly #application: Application;
  readonly #counters: WebhookCounters;
  readonly #services: DeliveryServices;
  /** By the receiver's id. */
  #byReceiver: ReadonlyMap<string, ReceiverDelivery> = new Map();
  #names: ReadonlySet<WebhookEventName> = new Set();

  constructor(application: Application, counters: WebhookCounters, services: DeliveryServices) {
    this.#application = application;
    this.#counters = counters;
    this.#services = services;
    this.reconfigure();
  }

  /** The names of the events that any receiver gets. */
  get names(): ReadonlySet<WebhookEventName> {
    return this.#names;
  }

  /** Applies the application's settings as they are now. Events that wait for a removed URL are dropped. */
  reconfigure(): void {
    const before = this.#byReceiver, after = new Map<string, ReceiverDelivery>();
    const receivers = receiversOf(this.#application.settings.webhooks);
    for (const receiver of receivers) {
      const known = before.get(receiver.id);
      known?.reconfigure(receiver);
      after.set(
        receiver.id,
        known ?? new ReceiverDelivery(this.#application, receiver, this.#counters, this.#services),
      );
    }
    this.#byReceiver = after;
    for (const [id, delivery] of before) if (!after.has(id)) delivery.abandon();
    this.#names = new Set(
      WEBHOOK_EVENTS.filter((name) => receivers.some((each) => receivesName(each, name))),
    );
  }

  /** Hands an event to the receivers that have it in their configuration. */
  push(event: WebhookEvent, origin: EventOrigin): void {
    if (!this.#names.has(event.name)) return;
    const channel = channelOf(event);
    let json: string | undefined;
    for (const delivery of this.#byReceiver.values()) {
      if (!receivesEvent(delivery.receiver, event, channel)) continue;
      delivery.push(orderKey(event), json ??= JSON.stringify(event), origin);
    }
  }

  /**
   * A channel was vacated by an unsubscription: forgets that it was occupied, where that was less than `hold_seconds` ago and no receiver has been sent
   * anything of it. Otherwise a client that subscribes and unsubscribes all the time would cause events without an end. Returns whether
   * it was forgotten.
   */
  withdrawStay(channel: string): boolean {
    const { clock, options } = this.#services, withdrawn: ReceiverDelivery[] = [];
    const since = clock.now() - options().holdSeconds * 1000;
    for (const delivery of this.#byReceiver.values()) {
      const { receiver } = delivery;
      if (!OCCUPANCY.some((name) => receivesEvent(receiver, { name, channel }, channel))) continue;
      if (!isBriefStay(channel, since, delivery.waitingWithKey(channel, MOST_OF_STAY))) return false;
      withdrawn.push(delivery);
    }
    for (const delivery of withdrawn) delivery.withdraw(channel);
    return withdrawn.length > 0;
  }

  /** Takes over what an earlier server, or another node, has left. */
  restore(queues: readonly SpooledQueue[]): void {
    for (const { target, ...unsent } of queues) {
      const delivery = this.#byReceiver.get(target);
      if (delivery !== undefined) delivery.restore(unsent);
      else this.#counters.events.not_configured += countEvents(unsent);
    }
  }

  /** Sends all events that wait; ends early when `signal` is aborted. */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from(this.#byReceiver.values(), (each) => each.flush(signal)));
  }

  /** Ends, and returns what has not been accepted. */
  stop(): readonly SpooledQueue[] {
    return Array.from(this.#byReceiver, ([target, delivery]) => ({ target, ...delivery.stop() }))
      .filter((each) => countEvents(each) > 0);
  }

  /** Ends and drops what has not been accepted. */
  abandon(): void {
    for (const delivery of this.#byReceiver.values()) delivery.abandon();
  }
}
