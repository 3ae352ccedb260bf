import type { Application } from "../hub/applications/application.ts";
import { channelTopic } from "../hub/channels/topic.ts";
import type { Cluster } from "../hub/cluster/cluster.ts";
import { type DepartureMark, userSubject, VACANT } from "../hub/cluster/departure-mark.ts";
import type { Connection } from "../hub/connections/connection.ts";
import type { ApplicationReports, Cause, ReportedKinds } from "../hub/application-reports.ts";
import { WebhookCounters } from "../monitoring/webhook-counters.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";
import { Deliveries } from "./deliveries.ts";
import { originOf, originOfMember } from "./event-origin.ts";
import { type Departure, HeldDepartures } from "./held-departures.ts";
import type { DeliveryServices } from "./receiver-delivery.ts";
import { RecentMisses } from "./recent-misses.ts";
import type { SpooledApplication } from "./spooled-state.ts";
import { channelOf, type WebhookEvent } from "./webhook-event.ts";

/** What the webhooks of all applications share. */
export interface WebhookServices extends DeliveryServices {
  readonly cluster: Pick<Cluster, "reports">;
}

/** The webhooks of one application: makes an event of each report and hands it to the receivers that have it in their configuration. */
export class ApplicationWebhooks implements ApplicationReports {
  readonly #application: Application;
  readonly #services: WebhookServices;
  readonly #deliveries: Deliveries;
  #kinds: ReportedKinds = { occupancy: false, members: false, counts: false, misses: false };
  readonly #held: HeldDepartures;
  readonly #misses: RecentMisses;

  constructor(application: Application, services: WebhookServices) {
    this.#application = application;
    this.#services = services;
    const counters = application.counters.webhooks ??= new WebhookCounters();
    this.#deliveries = new Deliveries(application, counters, services);
    const { clock, options } = services;
    this.#held = new HeldDepartures({
      clock,
      holdFor: () => options().holdSeconds * 1000,
      released: (departure) => this.#confirm(departure),
    });
    this.#misses = new RecentMisses(clock);
    this.#setKinds();
  }

  get kinds(): ReportedKinds {
    return this.#kinds;
  }

  /** Applies the application's settings as they are now. Events that wait for a removed URL are dropped. */
  reconfigure(): void {
    this.#deliveries.reconfigure();
    this.#setKinds();
  }

  #setKinds(): void {
    const { names } = this.#deliveries;
    this.#kinds = {
      occupancy: names.has("channel_occupied") || names.has("channel_vacated"),
      members: names.has("member_added") || names.has("member_removed"),
      counts: names.has("subscription_count"),
      misses: names.has("cache_miss"),
    };
  }

  connectionOpened(connection: Connection): void {
    this.#report({ name: "connection_opened", channel: "", socket_id: connection.id }, connection);
  }

  connectionClosed(connection: Connection, code: number): void {
    const { id, userId } = connection;
    this.#report(
      { name: "connection_closed", channel: "", socket_id: id, code, user_id: userId },
      connection,
    );
  }

  subscribed(connection: Connection, channel: string, userId: string | undefined): void {
    this.#report({ name: "subscribed", channel, socket_id: connection.id, user_id: userId }, connection);
  }

  unsubscribed(connection: Connection, channel: string, userId: string | undefined): void {
    this.#report({ name: "unsubscribed", channel, socket_id: connection.id, user_id: userId }, connection);
  }

  occupied(channel: string, isAgreed: boolean, cause: Cause | undefined): void {
    // A departure that is held here is undone by this, so neither is reported. With isAgreed all nodes have found that no departure is
    // undone: another node has reported the one that was held here, so the return is reported too.
    if (this.#held.returned(channel, undefined) && !isAgreed) return;
    this.#report({ name: "channel_occupied", channel }, cause);
  }

  vacated(channel: string, mark: DepartureMark | undefined, cause: Cause | undefined): void {
    // With a mark the other nodes take part: they undo it when the channel is occupied again, which is not reported then.
    if (mark === undefined && cause?.closing === false && this.#deliveries.withdrawStay(channel)) {
      return this.#misses.forget(channel);
    }
    this.#held.hold({ channel, mark, origin: originOf(channel, cause) });
  }

  memberAdded(channel: string, userId: string, isAgreed: boolean): void {
    if (this.#held.returned(channel, userId) && !isAgreed) return;
    this.#deliveries.push({ name: "member_added", channel, user_id: userId }, originOfMember(userId));
  }

  memberRemoved(channel: string, userId: string, mark: DepartureMark | undefined): void {
    this.#held.hold({ channel, userId, mark, origin: originOfMember(userId) });
  }

  clientEvent(
    connection: Connection,
    { channel, event, data }: ClientEventMessage,
    userId: string | undefined,
  ): void {
    if (!this.#deliveries.names.has("client_event")) return;
    // As with Pusher, a string is sent as it is and anything else as its JSON.
    const text = data.startsWith('"') ? JSON.parse(data) as string : data;
    const report = { name: "client_event", channel, event, data: text, socket_id: connection.id } as const;
    this.#report({ ...report, user_id: userId }, connection);
  }

  cacheMissed(channel: string, cause: Cause): void {
    if (!this.#misses.isNew(channel)) return;
    this.#services.cluster.reports.noteMiss(channelTopic(this.#application.id, channel), () => {
      this.#report({ name: "cache_miss", channel }, cause);
    });
  }

  counted(channel: string, subscriptions: number, cause: Cause | undefined): void {
    this.#report({ name: "subscription_count", channel, subscription_count: subscriptions }, cause);
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
    this.#deliveries.restore(queues);
  }

  /** Sends all events that wait; ends early when `signal` is aborted. */
  flush(signal: AbortSignal): Promise<void> {
    return this.#deliveries.flush(signal);
  }

  /** Keeps the departures that are held: the server stops, and they are left to the next one. */
  pause(): void {
    this.#held.pause();
  }

  /** The server does not stop after all. */
  goOn(): void {
    this.#held.goOn();
  }

  /** Ends, and returns what has not been accepted; `undefined` when everything was. */
  stop(): SpooledApplication | undefined {
    const departures = this.#held.stop(), queues = this.#deliveries.stop();
    if (departures.length + queues.length === 0) return undefined;
    return { id: this.#application.id, departures, queues };
  }

  /** Ends and drops what has not been accepted: the application was removed from the configuration. */
  abandon(): void {
    this.#held.stop();
    this.#deliveries.abandon();
  }

  /** Reports a departure if it still holds on all nodes and no other node has reported it. */
  #confirm({ channel, userId, mark, origin = originOf(channel, undefined) }: Departure): void {
    const report = (): void => {
      this.#held.forget(channel, userId);
      const event = userId === undefined
        ? { name: "channel_vacated", channel } as const
        : { name: "member_removed", channel, user_id: userId } as const;
      this.#deliveries.push(event, origin);
    };
    const topic = channelTopic(this.#application.id, channel);
    const subject = userId === undefined ? VACANT : userSubject(userId);
    this.#services.cluster.reports.confirmDeparture(mark ?? { topic, subject, token: "" }, report);
  }

  #report(event: WebhookEvent, cause: Cause | undefined): void {
    if (!this.#deliveries.names.has(event.name)) return;
    this.#deliveries.push(event, originOf(channelOf(event), cause));
  }
}
