import type { Application } from "./applications/application.ts";
import { Delivery, type TopicPublisher } from "./broadcast/delivery.ts";
import { Channel } from "./channels/channel.ts";
import { ChannelRegistry } from "./channels/channel-registry.ts";
import type { EventCache } from "./channels/event-cache.ts";
import { Presence, type PresenceWatcher } from "./channels/presence.ts";
import { SubscriptionCounts } from "./channels/subscription-counts.ts";
import { channelTopic } from "./channels/topic.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { DepartureMark } from "./cluster/departure-mark.ts";
import { ConnectionRegistry } from "./connections/connection-registry.ts";
import type { Monitor } from "./monitor/monitor.ts";
import { channelKind } from "../protocol/channel-name.ts";
import type { Digests } from "../protocol/digests.ts";
import type { ApplicationLife } from "./application-life.ts";
import { memberAddedFrame, memberRemovedFrame } from "../protocol/encode-frame.ts";
import { UserDirectory } from "./users/user-directory.ts";

/** What the hubs of all applications share. */
export interface HubServices {
  /** What applications sign with. */
  readonly digests: Digests;
  readonly publisher: TopicPublisher;
  readonly cache: EventCache;
  readonly monitor: Monitor;
  readonly cluster: Cluster;
}

/** Hands on who comes to a presence channel and who goes, while the application wants to know. */
class MemberWatcher implements PresenceWatcher {
  readonly #hub: Hub;
  readonly #channel: string;

  constructor(hub: Hub, channel: string) {
    this.#hub = hub;
    this.#channel = channel;
  }

  get isWatching(): boolean {
    return this.#hub.life?.interests.members === true;
  }

  came(userId: string, isAgreed: boolean): void {
    this.#hub.life?.memberAdded(this.#channel, userId, isAgreed);
  }

  went(userId: string, mark: DepartureMark | undefined): void {
    this.#hub.life?.memberRemoved(this.#channel, userId, mark);
  }
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
  /** Hears what the application is to be told; `undefined` where it wants to be told nothing. */
  #life: ApplicationLife | undefined;
  readonly #subscriptionCounts: SubscriptionCounts;

  constructor(application: Application, services: HubServices) {
    this.application = application;
    this.delivery = new Delivery(services.publisher, application, services.monitor);
    this.cache = services.cache;
    this.monitor = services.monitor;
    this.cluster = services.cluster;
    this.users = new UserDirectory(application.id, services.cluster.interest, this.delivery);
    this.#subscriptionCounts = new SubscriptionCounts((channel) => {
      const { topic, name, subscriptionCount } = channel, life = this.#life;
      const summed = life?.interests.counts === true ? (sum: number) => life.counted(name, sum) : undefined;
      this.cluster.census.announceSubscriptions(topic, subscriptionCount, summed);
    });
  }

  /** Who tells the application what happens; `undefined` where it wants to be told nothing. */
  get life(): ApplicationLife | undefined {
    return this.#life;
  }

  /** Tells the application what happens from now on, and which channels are occupied by then; `undefined` ends it. */
  tell(life: ApplicationLife | undefined): void {
    this.#life = life;
    if (life?.interests.occupancy !== true) return;
    for (const channel of this.channels) this.#shareOccupancy(channel);
  }

  /** Whether a user, or anybody where none is named, is on a channel at this node. */
  isHere(name: string, userId: string | undefined): boolean {
    const channel = this.channels.find(name);
    if (channel === undefined || channel.occupancy === 0) return false;
    return userId === undefined || channel.presence?.isHeld(userId) === true;
  }

  /** Tells channels how many subscribers they have, where the application asks for it (now: its settings may change). */
  get subscriptionCounts(): SubscriptionCounts | undefined {
    const isWanted = this.application.settings.subscriptionCount || this.#life?.interests.counts === true;
    return isWanted ? this.#subscriptionCounts : undefined;
  }

  /** A connection has come or gone. */
  connectionsChanged(): void {
    this.cluster.census.setConnections(this.application.id, this.connections.size);
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
    this.cluster.census.setSubscriptions(this.application.id, channel.name, occupancy);
    if (occupancy === 0) {
      this.channels.remove(channel);
      this.cluster.interest.release(topic);
      if (channel.isOccupancyShared) this.cluster.occupancy.lastUnsubscribed(topic);
    } else if (!channel.isListenedTo) {
      channel.isListenedTo = true;
      this.cluster.interest.listen(topic, { presence, cached: kind.cached }, () => channel.listening.open());
      if (this.#life?.interests.occupancy === true) this.#shareOccupancy(channel);
    }
  }

  #shareOccupancy(channel: Channel): void {
    if (channel.isOccupancyShared) return;
    channel.isOccupancyShared = true;
    this.cluster.occupancy.firstSubscribed(channel.topic);
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
    }, new MemberWatcher(this, name));
  }
}
