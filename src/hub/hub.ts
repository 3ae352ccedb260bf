import type { Application } from "../applications/application.ts";
import { Delivery } from "../broadcast/delivery.ts";
import type { TopicPublisher } from "../broadcast/topic-publisher.ts";
import { Channel } from "../channels/channel.ts";
import { ChannelRegistry } from "../channels/channel-registry.ts";
import type { EventCache } from "../channels/event-cache.ts";
import { Presence } from "../channels/presence.ts";
import { SubscriptionCounts } from "../channels/subscription-counts.ts";
import { channelTopic } from "../channels/topic.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { ConnectionRegistry } from "../connections/connection-registry.ts";
import type { Monitor } from "../monitoring/monitor.ts";
import { channelKind } from "../protocol/channel-name.ts";
import { memberAddedFrame, memberRemovedFrame } from "../protocol/encode-frame.ts";
import { UserDirectory } from "../users/user-directory.ts";

/** What the hubs of all applications share. */
export interface HubServices {
  readonly publisher: TopicPublisher;
  readonly cache: EventCache;
  readonly monitor: Monitor;
  readonly cluster: Cluster;
}

/** Everything alive of one application on this node: its connections, channels and signed-in users. */
export class Hub {
  readonly application: Application;
  readonly delivery: Delivery;
  readonly cache: EventCache;
  readonly monitor: Monitor;
  readonly cluster: Cluster;
  readonly connections = new ConnectionRegistry();
  readonly channels = new ChannelRegistry();
  readonly users: UserDirectory;
  readonly #subscriptionCounts: SubscriptionCounts;

  constructor(application: Application, services: HubServices) {
    this.application = application;
    this.delivery = new Delivery(services.publisher, application, services.monitor);
    this.cache = services.cache;
    this.monitor = services.monitor;
    this.cluster = services.cluster;
    this.users = new UserDirectory(application.id, services.cluster, this.delivery);
    this.#subscriptionCounts = new SubscriptionCounts((channel) => {
      this.cluster.count(channel.topic, channel.subscriptionCount);
    });
  }

  /** Tells channels how many subscribers they have, where the application asks for it (now: its settings may change). */
  get subscriptionCounts(): SubscriptionCounts | undefined {
    return this.application.limits.subscriptionCount ? this.#subscriptionCounts : undefined;
  }

  /** A connection has come or gone. */
  connectionsChanged(): void {
    this.cluster.connected(this.application.id, this.connections.size);
  }

  /** The channel of that name, opened when nobody was on it. The name MUST be valid (`channelNameFault`). */
  openChannel(name: string): Channel {
    const known = this.channels.find(name);
    if (known !== undefined) return known;
    const kind = channelKind(name);
    const presence = kind.access === "presence" ? this.#presenceOf(name) : undefined;
    const channel = new Channel(name, kind, channelTopic(this.application.id, name), presence);
    this.channels.add(channel);
    return channel;
  }

  /** A channel's subscriptions on this node have changed: the first has it listened to, the last has it forgotten. */
  occupancyChanged(channel: Channel): void {
    const { occupancy, kind, presence, topic } = channel;
    this.cluster.occupied(this.application.id, channel.name, occupancy);
    if (occupancy === 0) {
      this.channels.remove(channel);
      this.cluster.release(topic);
    } else if (!channel.isListenedTo) {
      channel.isListenedTo = true;
      this.cluster.listen(topic, { presence, cached: kind.cached }, () => channel.listening.open());
    }
  }

  /** Tells the channel's subscribers of this node who comes and goes, on whatever node. */
  #presenceOf(name: string): Presence {
    const tell = (frame: () => string): void => {
      const channel = this.channels.find(name);
      if (channel !== undefined && channel.subscriptionCount > 0) this.delivery.toChannel(channel, frame());
    };
    return new Presence({
      memberAdded: (_userId, json) => tell(() => memberAddedFrame(name, json)),
      memberRemoved: (_userId, userIdJson) => tell(() => memberRemovedFrame(name, userIdJson)),
    });
  }
}
