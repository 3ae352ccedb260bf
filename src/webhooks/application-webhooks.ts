import { createHash } from "node:crypto";
import type { Application } from "../applications/application.ts";
import { channelTopic } from "../channels/topic.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { DepartureMark } from "../cluster/cluster-life.ts";
import type { WebhookConfig, WebhookOptions } from "../config/config.ts";
import type { WebhookEventName } from "../config/webhook-event-name.ts";
import type { Connection } from "../connections/connection.ts";
import type { ApplicationLife, LifeInterests } from "../hub/application-life.ts";
import type { Log } from "../monitoring/log.ts";
import { WebhookCounters } from "../monitoring/webhook-counters.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import { DeliveryReport } from "./delivery-report.ts";
import { EventQueue } from "./event-queue.ts";
import { type Departure, HeldDepartures } from "./held-departures.ts";
import type { PostWebhook } from "./post-webhook.ts";
import { RecentMisses } from "./recent-misses.ts";
import { signedRequest } from "./signed-request.ts";
import type { ApplicationRemains } from "./spooled-state.ts";
import { channelOf, orderKey, type WebhookEvent } from "./webhook-event.ts";

/** What the webhooks of all applications share. */
export interface WebhookServices {
  /** As they are now: the configuration may be read again. */
  readonly options: () => WebhookOptions;
  readonly clock: DeliveryClock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** A new delivery id. */
  readonly newId: () => string;
  readonly post: PostWebhook;
  readonly log: Log;
  readonly cluster: Pick<Cluster, "settleDeparture" | "noteMiss">;
}

interface Hook {
  readonly config: WebhookConfig;
  readonly queue: EventQueue;
  readonly report: DeliveryReport;
}

/** Tells one application, at each of its URLs, what happens to its channels and connections. Nothing of another's passes through it. */
export class ApplicationWebhooks implements ApplicationLife {
  readonly #application: Application;
  readonly #services: WebhookServices;
  readonly #counters: WebhookCounters;
  /** By {@link targetOf}. */
  #hooks: ReadonlyMap<string, Hook> = new Map();
  #wanted: ReadonlySet<WebhookEventName> = new Set();
  #interests: LifeInterests = { occupancy: false, members: false, counts: false, misses: false };
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
      capacity: () => options().queueMaxEvents,
      passed: (departure) => this.#passed(departure),
    });
    this.#misses = new RecentMisses(clock);
    this.reconfigure();
  }

  get interests(): LifeInterests {
    return this.#interests;
  }

  /** Goes by the application's settings as they are now. What waits for a URL that is gone is given up. */
  reconfigure(): void {
    const before = this.#hooks;
    const hooks = new Map<string, Hook>();
    for (const config of this.#application.limits.webhooks) {
      const target = targetOf(config), known = before.get(target);
      hooks.set(target, known === undefined ? this.#hook(config) : { ...known, config });
    }
    this.#hooks = hooks;
    for (const [target, { queue, report }] of before) {
      if (hooks.has(target)) continue;
      queue.abandon("not_configured");
      report.stop();
    }
    const wanted = this.#wanted = new Set([...hooks.values()].flatMap(({ config }) => config.events));
    const wants = (...names: WebhookEventName[]): boolean => names.some((name) => wanted.has(name));
    this.#interests = {
      occupancy: wants("channel_occupied", "channel_vacated"),
      members: wants("member_added", "member_removed"),
      counts: wants("subscription_count"),
      misses: wants("cache_miss"),
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

  occupied(channel: string): void {
    if (this.#held.returned(channel, undefined)) return;
    this.#tell({ name: "channel_occupied", channel });
  }

  vacated(channel: string, mark: DepartureMark | undefined): void {
    this.#held.hold({ channel, mark });
  }

  memberAdded(channel: string, userId: string): void {
    if (this.#held.returned(channel, userId)) return;
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
    this.#services.cluster.noteMiss(channelTopic(this.#application.id, channel), () => {
      this.#tell({ name: "cache_miss", channel });
    });
  }

  counted(channel: string, subscriptions: number): void {
    this.#tell({ name: "subscription_count", channel, subscription_count: subscriptions });
  }

  /** Goes on with what another run, or another node, has left. */
  restore({ departures, queues }: ApplicationRemains): void {
    for (const departure of departures) this.#held.hold(departure);
    for (const { target, batches, waiting } of queues) {
      const hook = this.#hooks.get(target);
      if (hook !== undefined) hook.queue.restore({ batches, waiting });
      else {
        this.#counters.events.not_configured += waiting.length +
          batches.reduce((sum, { events }) => sum + events, 0);
      }
    }
  }

  /** Sends what waits, for as long as `signal` lets it. */
  async flush(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from(this.#hooks.values(), ({ queue }) => queue.flush(signal)));
  }

  /** Ends; what has not been accepted is left for later, `undefined` when that is nothing. */
  stop(): ApplicationRemains | undefined {
    const departures = this.#held.stop();
    const queues = Array.from(this.#hooks, ([target, { queue, report }]) => {
      const remains = queue.stop();
      report.stop();
      return { target, ...remains };
    }).filter(({ batches, waiting }) => batches.length + waiting.length > 0);
    if (departures.length + queues.length === 0) return undefined;
    return { id: this.#application.id, departures, queues };
  }

  #passed({ channel, userId, mark }: Departure): void {
    const tell = (): void => {
      if (userId === undefined) this.#tell({ name: "channel_vacated", channel });
      else this.#tell({ name: "member_removed", channel, user_id: userId });
    };
    if (mark === undefined) tell();
    else this.#services.cluster.settleDeparture(mark, tell);
  }

  #tell(event: WebhookEvent): void {
    if (!this.#wanted.has(event.name)) return;
    const channel = channelOf(event);
    let json: string | undefined;
    for (const { config, queue } of this.#hooks.values()) {
      const { events, filter: { prefix, suffix } } = config;
      if (!events.includes(event.name)) continue;
      if (channel === undefined || channel.startsWith(prefix) && channel.endsWith(suffix)) {
        queue.push(orderKey(event), json ??= JSON.stringify(event));
      }
    }
  }

  #hook(config: WebhookConfig): Hook {
    const { options, clock, random, newId, post, log } = this.#services, counters = this.#counters;
    const target = targetOf(config), application = this.#application;
    const report = new DeliveryReport({ application: application.id, url: config.url, log, counters, clock });
    const queue = new EventQueue({
      ...{ options, clock, random, newId },
      send: ({ id, body }, signal) => {
        // As they are now: a secret and a header may have been changed since the event happened.
        const { key, secret } = application, { url, headers } = this.#hooks.get(target)?.config ?? config;
        const { timeout, refusePrivateAddresses } = options();
        const request = signedRequest({ url, headers, key, secret }, id, body);
        return post(request, { timeout, refusePrivateAddresses, signal });
      },
      sent: (outcome, others) => report.sent(outcome, others),
      done: (outcome, events) => report.done(outcome, events),
      grew: (difference) => void (counters.queued += difference),
    });
    return { config, queue, report };
  }
}

/** Names a URL and what goes there without showing its secrets: entries with one URL differ in their filters. */
function targetOf({ url, filter, events }: WebhookConfig): string {
  return createHash("sha256").update(JSON.stringify([url, filter, events])).digest("hex").slice(0, 24);
}
