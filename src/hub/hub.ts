import type { Application } from "../applications/application.ts";
import { Delivery } from "../broadcast/delivery.ts";
import type { TopicPublisher } from "../broadcast/topic-publisher.ts";
import { ChannelRegistry } from "../channels/channel-registry.ts";
import type { EventCache } from "../channels/event-cache.ts";
import { SubscriptionCounts } from "../channels/subscription-counts.ts";
import { ConnectionRegistry } from "../connections/connection-registry.ts";
import type { Monitor } from "../monitoring/monitor.ts";
import { UserRegistry } from "../users/user-registry.ts";

/** What the hubs of all applications share. */
export interface HubServices {
  readonly publisher: TopicPublisher;
  readonly cache: EventCache;
  readonly monitor: Monitor;
}

/** Everything alive of one application on this node: its connections, channels and signed-in users. */
export class Hub {
  readonly application: Application;
  readonly delivery: Delivery;
  readonly cache: EventCache;
  readonly monitor: Monitor;
  readonly connections = new ConnectionRegistry();
  readonly channels: ChannelRegistry;
  readonly users = new UserRegistry();
  readonly #subscriptionCounts: SubscriptionCounts;

  constructor(application: Application, services: HubServices) {
    this.application = application;
    this.delivery = new Delivery(services.publisher, application, services.monitor);
    this.cache = services.cache;
    this.monitor = services.monitor;
    this.channels = new ChannelRegistry(application.id);
    this.#subscriptionCounts = new SubscriptionCounts(this.delivery);
  }

  /** Tells channels how many subscribers they have, where the application asks for it (now: its settings may change). */
  get subscriptionCounts(): SubscriptionCounts | undefined {
    return this.application.limits.subscriptionCount ? this.#subscriptionCounts : undefined;
  }
}
