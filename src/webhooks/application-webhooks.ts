import type { Application } from "../hub/applications/application.ts";
import { channelTopic } from "../hub/channels/topic.ts";
import type { Cluster } from "../hub/cluster/cluster.ts";
import { type DepartureMark, userSubject, VACANT } from "../hub/cluster/departure-mark.ts";
import { WEBHOOK_EVENTS, type WebhookEventName } from "../config/kinds/webhook-event-name.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { ApplicationReports, ReportedKinds } from "../hub/application-reports.ts";
import { WebhookCounters } from "../monitoring/webhook-counters.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";
import { eventsOf } from "./batch.ts";
import { type Departure, HeldDepartures } from "./held-departures.ts";
import { receiversOf, wantsEvent, wantsName } from "./receiver.ts";
import { type DeliveryServices, ReceiverDelivery } from "./receiver-delivery.ts";
import { RecentMisses } from "./recent-misses.ts";
import type { ApplicationRemains } from "./spooled-state.ts";
import { channelOf, orderKey, type WebhookEvent } from "./webhook-event.ts";

/** What the webhooks of all applications share. */
export interface WebhookServices extends DeliveryServices {
  readonly cluster: Pick<Cluster, "reports">;
}

/** Tells one application, at each of its URLs, what happens to its channels and connections. Nothing of another's passes through it. */
export class ApplicationWebhooks implements ApplicationReports {
  readonly #application: Application;
  readonly #services: WebhookServices;
  readonly #counters: WebhookCounters;
  /** By the receiver's id. */
  #deliveries: ReadonlyMap<string, ReceiverDelivery> = new Map();
  #wanted: ReadonlySet<WebhookEventName> = new Set();
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
      passed: (departure) => this.#passed(departure),
    });
    this.#misses = new RecentMisses(clock);
    this.reconfigure();
  }

  get kinds(): ReportedKinds {
    return this.#kinds;
  }

  /** Goes by the application's settings as they are now. What waits for a URL that is gone is given up. */
  reconfigure(): void {
    const before = this.#deliveries, deliveries = new Map<string, ReceiverDelivery>();
    const receivers = receiversOf(this.#application.settings.webhooks);
    for (const receiver of receivers) {
      const known = before.get(receiver.id);
      known?.follow(receiver);
      deliveries.set(
        receiver.id,
        known ?? new ReceiverDelivery(this.#application, receiver, this.#counters, this.#services),
      );
    }
    this.#deliveries = deliveries;
    for (const [id, delivery] of before) if (!deliveries.has(id)) delivery.abandon();
    const wants = (name: WebhookEventName): boolean => receivers.some((each) => wantsName(each, name));
    const wanted = this.#wanted = new Set(WEBHOOK_EVENTS.filter(wants));
    this.#kinds = {
      occupancy: wanted.has("channel_occupied") || wanted.has("channel_vacated"),
      members: wanted.has("member_added") || wanted.has("member_removed"),
      counts: wanted.has("subscription_count"),
      misses: wanted.has("cache_miss"),
    };
  }

  connectionOpened({ id }: Connection): void {
    this.#tell({ name: "connection_opened", socket_id: id });
  }

  connectionClosed({ id, userId }: Connection, code: number): void {
    this.#tell({ name: "connection_closed", socket_id: id, code, user_id: userId });
  }

  subscribed({ id }: Connection, channel: string, userId: string | undefined): void {
    this.#tell({ name: "subscribed", channel, socket_id: id, user_id: userId });
  }

  unsubscribed({ id }: Connection, channel: string, userId: string | undefined): void {
    this.#tell({ name: "unsubscribed", channel, socket_id: id, user_id: userId });
  }

  occupied(channel: string, isAgreed: boolean): void {
    // Had a departure that waits here been undone by it, the other nodes would have said so: that one has been told elsewhere.
    if (this.#held.returned(channel, undefined) && !isAgreed) return;
    this.#tell({ name: "channel_occupied", channel });
  }

  vacated(channel: string, mark: DepartureMark | undefined): void {
    this.#held.hold({ channel, mark });
  }

  memberAdded(channel: string, userId: string, isAgreed: boolean): void {
    if (this.#held.returned(channel, userId) && !isAgreed) return;
    this.#tell({ name: "member_added", channel, user_id: userId });
  }

  memberRemoved(channel: string, userId: string, mark: DepartureMark | undefined): void {
    this.#held.hold({ channel, userId, mark });
  }

  clientEvent(
    { id }: Connection,
    { channel, event, data }: ClientEventMessage,
    userId: string | undefined,
  ): void {
    if (!this.#wanted.has("client_event")) return;
    // As Pusher: a text stays one, anything else is its JSON.
    const text = data.startsWith('"') ? JSON.parse(data) as string : data;
    this.#tell({ name: "client_event", channel, event, data: text, socket_id: id, user_id: userId });
  }

  cacheMissed(channel: string): void {
    if (!this.#misses.isNew(channel)) return;
    this.#services.cluster.reports.noteMiss(channelTopic(this.#application.id, channel), () => {
      this.#tell({ name: "cache_miss", channel });
    });
  }

  counted(channel: string, subscriptions: number): void {
    this.#tell({ name: "subscription_count", channel, subscription_count: subscriptions });
  }

  /** Goes on with what another run, or another node, has left. `isHere` is whether whoever left has come back here meanwhile. */
  restore(
    { departures, queues }: ApplicationRemains,
    isHere: (departure: Departure) => boolean = () => false,
  ): void {
    for (const departure of departures) {
      // Where a mark is, it says whether they have.
      if (departure.mark !== undefined || !isHere(departure)) this.#held.hold(departure);
    }
    for (const { target, ...remains } of queues) {
      const delivery = this.#deliveries.get(target);
      if (delivery !== undefined) delivery.restore(remains);
      else this.#counters.events.not_configured += eventsOf(remains);
    }
  }

  /** Sends what waits, for as long as `signal` lets it. */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from(this.#deliveries.values(), (each) => each.flush(signal)));
  }

  /** Departures that are held stay so from now on, until they are left to somebody else. */
  pause(): void {
    this.#held.pause();
  }

  /** Ends; what has not been accepted is left for later, `undefined` when that is nothing. */
  stop(): ApplicationRemains | undefined {
    const departures = this.#held.stop();
    const queues = Array.from(this.#deliveries, ([target, delivery]) => ({ target, ...delivery.stop() }))
      .filter((each) => eventsOf(each) > 0);
    if (departures.length + queues.length === 0) return undefined;
    return { id: this.#application.id, departures, queues };
  }

  /** Ends; what has not been accepted is given up: the application is no longer served. */
  abandon(): void {
    this.#held.stop();
    for (const delivery of this.#deliveries.values()) delivery.abandon();
  }

  #passed({ channel, userId, mark }: Departure): void {
    const tell = (): void => {
      this.#held.forget(channel, userId);
      if (userId === undefined) this.#tell({ name: "channel_vacated", channel });
      else this.#tell({ name: "member_removed", channel, user_id: userId });
    };
    const topic = channelTopic(this.#application.id, channel);
    const subject = userId === undefined ? VACANT : userSubject(userId);
    this.#services.cluster.reports.confirmDeparture(mark ?? { topic, subject, token: "" }, tell);
  }

  #tell(event: WebhookEvent): void {
    if (!this.#wanted.has(event.name)) return;
    const channel = channelOf(event);
    let json: string | undefined;
    for (const delivery of this.#deliveries.values()) {
      if (!wantsEvent(delivery.receiver, event, channel)) continue;
      delivery.push(orderKey(event), json ??= JSON.stringify(event));
    }
  }
}
