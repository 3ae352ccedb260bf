import type { Application } from "../hub/applications/application.ts";
import { channelTopic } from "../hub/channels/topic.ts";
import type { Cluster } from "../hub/cluster/cluster.ts";
import { type DepartureMark, userSubject, VACANT } from "../hub/cluster/departure-mark.ts";
import { WEBHOOK_EVENTS, type WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { ApplicationReports, ReportedKinds } from "../hub/application-reports.ts";
import { WebhookCounters } from "../monitoring/webhook-counters.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";
import { countEvents } from "./batch.ts";
import { type Departure, HeldDepartures } from "./held-departures.ts";
import { receiversOf, receivesEvent, receivesName } from "./receiver.ts";
import { type DeliveryServices, ReceiverDelivery } from "./receiver-delivery.ts";
import { RecentMisses } from "./recent-misses.ts";
import type { SpooledApplication } from "./spooled-state.ts";
import { channelOf, orderKey, type WebhookEvent } from "./webhook-event.ts";

/** What the webhooks of all applications share. */
export interface WebhookServices extends DeliveryServices {
  readonly cluster: Pick<Cluster, "reports">;
}

/** The webhooks of one application: makes an event of each report and hands it to the receivers that have it in their configuration. */
export class ApplicationWebhooks implements ApplicationReports {
  readonly #application: Application;
  readonly #services: WebhookServices;
  readonly #counters: WebhookCounters;
  /** By the receiver's id. */
  #deliveries: ReadonlyMap<string, ReceiverDelivery> = new Map();
  /** The names of the events that any receiver gets. */
  #names: ReadonlySet<WebhookEventName> = new Set();
  #kinds: ReportedKinds = { occupancy: false, members: false, counts: false, misses: false };
  readonly #held: HeldDepartures;
  readonly #misses: RecentMisses;

  constructor(application: Application, services: WebhookServices) {
    this.#application = application;
    this.#services = services;
    this.#counters = application.counters.webhooks ??= new WebhookCounters();
    const { clock, options } = services;
    this.#held = new HeldDepartures({
      clock,
      holdFor: () => options().holdSeconds * 1000,
      released: (departure) => this.#confirm(departure),
    });
    this.#misses = new RecentMisses(clock);
    this.reconfigure();
  }

  get kinds(): ReportedKinds {
    return this.#kinds;
  }

  /** Applies the application's settings as they are now. Events that wait for a removed URL are dropped. */
  reconfigure(): void {
    const before = this.#deliveries, deliveries = new Map<string, ReceiverDelivery>();
    const receivers = receiversOf(this.#application.settings.webhooks);
    for (const receiver of receivers) {
      const known = before.get(receiver.id);
      known?.reconfigure(receiver);
      deliveries.set(
        receiver.id,
        known ?? new ReceiverDelivery(this.#application, receiver, this.#counters, this.#services),
      );
    }
    this.#deliveries = deliveries;
    for (const [id, delivery] of before) if (!deliveries.has(id)) delivery.abandon();
    const names = this.#names = new Set(
      WEBHOOK_EVENTS.filter((name) => receivers.some((each) => receivesName(each, name))),
    );
    this.#kinds = {
      occupancy: names.has("channel_occupied") || names.has("channel_vacated"),
      members: names.has("member_added") || names.has("member_removed"),
      counts: names.has("subscription_count"),
      misses: names.has("cache_miss"),
    };
  }

  connectionOpened({ id }: Connection): void {
    this.#report({ name: "connection_opened", channel: "", socket_id: id });
  }

  connectionClosed({ id, userId }: Connection, code: number): void {
    this.#report({ name: "connection_closed", channel: "", socket_id: id, code, user_id: userId });
  }

  subscribed({ id }: Connection, channel: string, userId: string | undefined): void {
    this.#report({ name: "subscribed", channel, socket_id: id, user_id: userId });
  }

  unsubscribed({ id }: Connection, channel: string, userId: string | undefined): void {
    this.#report({ name: "unsubscribed", channel, socket_id: id, user_id: userId });
  }

  occupied(channel: string, isAgreed: boolean): void {
    // A departure that is held here is undone by this, so neither is reported. With isAgreed all nodes have found that no departure is
    // undone: another node has reported the one that was held here, so the return is reported too.
    if (this.#held.returned(channel, undefined) && !isAgreed) return;
    this.#report({ name: "channel_occupied", channel });
  }

  vacated(channel: string, mark: DepartureMark | undefined): void {
    this.#held.hold({ channel, mark });
  }

  memberAdded(channel: string, userId: string, isAgreed: boolean): void {
    if (this.#held.returned(channel, userId) && !isAgreed) return;
    this.#report({ name: "member_added", channel, user_id: userId });
  }

  memberRemoved(channel: string, userId: string, mark: DepartureMark | undefined): void {
    this.#held.hold({ channel, userId, mark });
  }

  clientEvent(
    { id }: Connection,
    { channel, event, data }: ClientEventMessage,
    userId: string | undefined,
  ): void {
    if (!this.#names.has("client_event")) return;
    // As with Pusher, a string is sent as it is and anything else as its JSON.
    const text = data.startsWith('"') ? JSON.parse(data) as string : data;
    this.#report({ name: "client_event", channel, event, data: text, socket_id: id, user_id: userId });
  }

  cacheMissed(channel: string): void {
    if (!this.#misses.isNew(channel)) return;
    this.#services.cluster.reports.noteMiss(channelTopic(this.#application.id, channel), () => {
      this.#report({ name: "cache_miss", channel });
    });
  }

  counted(channel: string, subscriptions: number): void {
    this.#report({ name: "subscription_count", channel, subscription_count: subscriptions });
  }

  /**
   * Takes over what an earlier server, or another node, has left. `isHere` is whether the user, or a subscriber of the channel, has
   * come back to this node meanwhile.
   */
  restore(
    { departures, queues }: SpooledApplication,
    isHere: (departure: Departure) => boolean = () => false,
  ): void {
    for (const departure of departures) {
      // A departure with a mark is confirmed by the other nodes later; one without was this node's alone.
      if (departure.mark !== undefined || !isHere(departure)) this.#held.hold(departure);
    }
    for (const { target, ...unsent } of queues) {
      const delivery = this.#deliveries.get(target);
      if (delivery !== undefined) delivery.restore(unsent);
      else this.#counters.events.not_configured += countEvents(unsent);
    }
  }

  /** Sends all events that wait; ends early when `signal` is aborted. */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from(this.#deliveries.values(), (each) => each.flush(signal)));
  }

  /** Keeps the departures that are held: the server stops, and they are left to the next one. */
  pause(): void {
    this.#held.pause();
  }

  /** Ends, and returns what has not been accepted; `undefined` when everything was. */
  stop(): SpooledApplication | undefined {
    const departures = this.#held.stop();
    const queues = Array.from(this.#deliveries, ([target, delivery]) => ({ target, ...delivery.stop() }))
      .filter((each) => countEvents(each) > 0);
    if (departures.length + queues.length === 0) return undefined;
    return { id: this.#application.id, departures, queues };
  }

  /** Ends and drops what has not been accepted: the application was removed from the configuration. */
  abandon(): void {
    this.#held.stop();
    for (const delivery of this.#deliveries.values()) delivery.abandon();
  }

  /** Reports a departure if it still holds on all nodes and no other node has reported it. */
  #confirm({ channel, userId, mark }: Departure): void {
    const report = (): void => {
      this.#held.forget(channel, userId);
      if (userId === undefined) this.#report({ name: "channel_vacated", channel });
      else this.#report({ name: "member_removed", channel, user_id: userId });
    };
    const topic = channelTopic(this.#application.id, channel);
    const subject = userId === undefined ? VACANT : userSubject(userId);
    this.#services.cluster.reports.confirmDeparture(mark ?? { topic, subject, token: "" }, report);
  }

  #report(event: WebhookEvent): void {
    if (!this.#names.has(event.name)) return;
    const channel = channelOf(event);
    let json: string | undefined;
    for (const delivery of this.#deliveries.values()) {
      if (!receivesEvent(delivery.receiver, event, channel)) continue;
      delivery.push(orderKey(event), json ??= JSON.stringify(event));
    }
  }
}
