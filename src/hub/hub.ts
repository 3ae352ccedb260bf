import type { Application } from "./applications/application.ts";
import { Delivery, type TopicPublisher } from "./broadcast/delivery.ts";
import { Channel } from "./channels/channel.ts";
import { ChannelBudget } from "./channels/channel-budget.ts";
import { ChannelRegistry } from "./channels/channel-registry.ts";
import { DashlessNames } from "./channels/dashless-names.ts";
import type { EventCache } from "./channels/event-cache.ts";
import { Presence, type PresenceReporter } from "./channels/presence.ts";
import { SubscriptionCounts } from "./channels/subscription-counts.ts";
import { LingeringChannels } from "./channels/lingering-channels.ts";
import { type ChannelNumbers, recoveryTopic } from "./channels/topic.ts";
import { CallRate } from "./call-rate.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { DepartureMark } from "./cluster/departure-mark.ts";
import type { Connection } from "./connections/connection.ts";
import { ConnectionRegistry } from "./connections/connection-registry.ts";
import { type Pace, Welcome } from "./connections/welcome.ts";
import type { Monitor } from "./monitor/monitor.ts";
import { type ChannelKind, channelKind, userOfChannel } from "../protocol/channel-name.ts";
import type { Digests } from "../protocol/digests.ts";
import type { ApplicationReports, Cause } from "./application-reports.ts";
import { memberAddedFrame, memberRemovedFrame } from "../protocol/encode-frame.ts";
import { KeyedCalls, type KeyedCallServices } from "./idempotency/keyed-calls.ts";
import { Recovery } from "./recovery/recovery.ts";
import type { RecoveryServices } from "./recovery/recovery-services.ts";
import { endOfTurn, type Timers } from "../failures/timers.ts";
import { UserDirectory } from "./users/user-directory.ts";

/** What the hubs of all applications share. */
export interface HubServices {
  /** The hashes for the signatures of applications. */
  readonly digests: Digests;
  readonly publisher: TopicPublisher;
  readonly cache: EventCache;
  readonly monitor: Monitor;
  readonly cluster: Cluster;
  readonly channelNumbers: ChannelNumbers;
  readonly timers: Pick<Timers, "nextTurn">;
  /** How fast new connections are greeted. */
  readonly pace: Pace;
  readonly keyedCalls: KeyedCallServices;
  /** What the recovery of clients that were cut needs; `undefined` where it is not there at all. */
  readonly recovery?: RecoveryServices | undefined;
}

/** Reports the members of a presence channel, as long as the application has them reported. */
class MemberReporter implements PresenceReporter {
  readonly #hub: Hub;
  readonly #channel: string;

  constructor(hub: Hub, channel: string) {
    this.#hub = hub;
    this.#channel = channel;
  }

  get isReporting(): boolean {
    return this.#hub.reports?.kinds.members === true;
  }

  memberAdded(userId: string, isAgreed: boolean): void {
    this.#hub.reports?.memberAdded(this.#channel, userId, isAgreed);
  }

  memberRemoved(userId: string, mark: DepartureMark | undefined): void {
    this.#hub.reports?.memberRemoved(this.#channel, userId, mark);
  }
}

/** Everything alive of one application on this node: its connections, channels and signed-in users. */
export class Hub {
  readonly application: Application;
  readonly delivery: Delivery;
  readonly connections = new ConnectionRegistry();
  readonly channels = new ChannelRegistry();
  readonly #services: HubServices;
  #reports: ApplicationReports | undefined;
  #recovery: Recovery | undefined;
  #listensToRecovery = false;
  // A node may know 10,000 applications, most of them without clients. So these are made when they are needed.
  #welcome: Welcome | undefined;
  #channelBudget: ChannelBudget | undefined;
  #lingering: LingeringChannels | undefined;
  #users: UserDirectory | undefined;
  #keyedCalls: KeyedCalls | undefined;
  #callRate: CallRate | undefined;
  #subscriptionCounts: SubscriptionCounts | undefined;
  #dashless: DashlessNames | undefined;

  constructor(application: Application, services: HubServices) {
    this.application = application;
    this.#services = services;
    this.delivery = new Delivery(services.publisher, application, services.monitor);
    this.settingsChanged();
  }

  get cache(): EventCache {
    return this.#services.cache;
  }

  get monitor(): Monitor {
    return this.#services.monitor;
  }

  get cluster(): Cluster {
    return this.#services.cluster;
  }

  get welcome(): Welcome {
    return this.#welcome ??= new Welcome(this.#services.pace, this.delivery);
  }

  get channelBudget(): ChannelBudget {
    return this.#channelBudget ??= new ChannelBudget(this.application, this.connections);
  }

  get users(): UserDirectory {
    return this.#users ??= new UserDirectory(this.application.id, this.cluster, this.delivery);
  }

  /** Calls of the HTTP API that bring an idempotency key. */
  get keyedCalls(): KeyedCalls {
    return this.#keyedCalls ??= new KeyedCalls(this.application, this.cluster, this.#services.keyedCalls);
  }

  /** How many API calls it may still make. */
  get callRate(): CallRate {
    return this.#callRate ??= new CallRate(
      this.application.id,
      this.cluster,
      this.#services.keyedCalls.now,
    );
  }

  /** Sends clients what they have missed, when they come back after a cut; `undefined` where the application has it switched off. */
  get recovery(): Recovery | undefined {
    return this.#recovery;
  }

  /** The application has other settings. */
  settingsChanged(): void {
    const services = this.#services.recovery, before = this.#recovery;
    if (services === undefined || !this.application.settings.recovery.enabled) {
      this.#recovery = undefined;
      before?.close();
    } else if (before !== undefined) before.reconfigure();
    else {
      this.#recovery = new Recovery(this, services);
      if (this.cluster.isShared) this.#listenToRecovery();
    }
  }

  /**
   * Calls back when a subscription of the connection to a channel can begin: at once, but where an open connection on the channel may be
   * one that the client has lost (then this subscription goes on where that one ended), or the channel's log is not followed yet. The
   * node MUST listen to the channel.
   */
  whenClaimable(connection: Connection, channel: string, go: () => void): void {
    const known = this.#recovery?.waitFor(connection, channel);
    if (known === undefined) go();
    else known.whenOpen(() => this.whenClaimable(connection, channel, go));
  }

  /** Reports to the application what happens; `undefined` where it has nothing reported. */
  get reports(): ApplicationReports | undefined {
    return this.#reports;
  }

  /** Reports from now on what happens, and which channels are occupied already; `undefined` ends it. */
  reportTo(reports: ApplicationReports | undefined): void {
    this.#reports = reports;
    if (reports?.kinds.occupancy !== true) return;
    for (const channel of this.channels) this.#shareOccupancy(channel, undefined);
  }

  /** Whether this node has the user on a channel; without a user, whether it has any subscription to it. */
  isHere(name: string, userId: string | undefined): boolean {
    const channel = this.channels.find(name);
    if (channel === undefined || channel.isUnused) return false;
    return userId === undefined || channel.presence?.isHeld(userId) === true;
  }

  /** Announces the number of a channel's subscriptions; `undefined` while the application has it neither announced nor reported. */
  get subscriptionCounts(): SubscriptionCounts | undefined {
    const isCounted = this.application.settings.subscriptionCount || this.#reports?.kinds.counts === true;
    return isCounted ? this.#subscriptionCounts ??= this.#newSubscriptionCounts() : undefined;
  }

  #newSubscriptionCounts(): SubscriptionCounts {
    return new SubscriptionCounts((channel, cause) => {
      const { topic, name, subscriptionCount } = channel, reports = this.#reports;
      const summed = reports?.kinds.counts === true
        ? (sum: number) => reports.counted(name, sum, cause)
        : undefined;
      this.cluster.census.announceSubscriptions(topic, subscriptionCount, summed);
    });
  }

  /** All connections: those that are established, and those that wait for their greeting. */
  clients(): Connection[] {
    return [
      ...this.connections,
      ...Array.from(this.#welcome?.waiting ?? [], ({ connection }) => connection),
    ];
  }

  /** The number of established connections has changed. */
  connectionsChanged(): void {
    this.cluster.census.setConnections(this.application.id, this.connections.counted);
  }

  /**
   * These connections, which are about to be closed, do not count against the application's limit any more. Resolves when the other
   * nodes know, or cannot be asked: a client that came back before would be refused (4004), and never try again, or be taken for a
   * stranger.
   */
  async release(connections: readonly Connection[]): Promise<void> {
    const before = this.connections.counted;
    for (const connection of connections) this.connections.release(connection);
    const isPassedOn = this.#recovery?.closing(connections) === true, { id, settings } = this.application;
    const hasChanged = this.connections.counted !== before;
    if (hasChanged) this.connectionsChanged();
    if (!isPassedOn && (!hasChanged || settings.maxConnections === undefined)) return;
    // Counts are written at the end of the turn, and what is asked after that is answered after it.
    await endOfTurn(this.#services.timers);
    await this.cluster.questions?.connections(id).catch(() => undefined);
  }

  /** The cluster knows nothing of this node: has it hear of all that there is, as when it came about. */
  bring(): void {
    const { census, interest, occupancy } = this.cluster;
    this.connectionsChanged();
    for (const channel of this.channels) {
      census.setSubscriptions(this.application.id, channel.name, channel.totalCount);
      channel.listen(interest);
      if (channel.isOccupancyShared) occupancy.firstSubscribed(channel.topic);
      this.subscriptionCounts?.again(channel);
    }
    for (const channel of this.#lingering ?? []) channel.listen(interest);
    this.#listensToRecovery = false;
    if (this.#recovery !== undefined) this.#listenToRecovery();
    this.#users?.bring();
  }

  /** The other nodes pass on what clients have missed there. */
  #listenToRecovery(): void {
    if (this.#listensToRecovery) return;
    this.#listensToRecovery = true;
    this.cluster.interest.listen(recoveryTopic(this.application.id), {}, () => {});
  }

  /** Adds the channel of that name, which this node MUST NOT have yet. The name MUST be valid (`channelNameFault`). */
  openChannel(name: string, kind: ChannelKind): Channel {
    if (kind.access === "public") {
      this.#dashless ??= new DashlessNames(this.monitor.log, this.application.id);
      this.#dashless.opened(name);
    }
    const channel = this.#lingering?.take(name) ?? this.#newChannel(name, kind);
    this.channels.add(channel);
    this.channelBudget.opened(channel);
    return channel;
  }

  #newChannel(name: string, kind: ChannelKind): Channel {
    const presence = kind.access === "presence" ? this.#presenceOf(name) : undefined;
    return new Channel(this.application.id, name, kind, presence, this.#services.channelNumbers.next());
  }

  /** A client may come back to a channel: this node listens to it, also while it has no subscription here. */
  awaitClient(name: string): void {
    const { isShared, interest } = this.cluster;
    if (!isShared || userOfChannel(name) !== undefined) return;
    if (this.channels.find(name) !== undefined || this.#lingering?.has(name) === true) return;
    const channel = this.#newChannel(name, channelKind(name));
    channel.listen(interest);
    this.#linger(channel);
  }

  #linger(channel: Channel): void {
    this.#lingering ??= new LingeringChannels();
    this.#lingering.add(channel);
  }

  /** The application is gone: no client comes back to it. */
  endRecovery(): void {
    const { isShared, interest } = this.cluster;
    this.#recovery?.stop();
    this.#lingering?.release(() => false, interest);
    if (!this.#listensToRecovery || !isShared) return;
    this.#listensToRecovery = false;
    interest.release(recoveryTopic(this.application.id));
  }

  /** Called every second. */
  tick(): void {
    this.#recovery?.tick();
    this.#lingering?.release((name) => this.#recovery?.isAwaited(name) === true, this.cluster.interest);
    this.#keyedCalls?.tick();
    if (this.connections.size === 0) this.application.rest();
  }

  /** A connection has changed the number of a channel's subscriptions on this node. With the first one the node listens to the channel, after the last one it drops the channel. */
  subscriptionsChanged(channel: Channel, cause: Cause | undefined): void {
    const { totalCount } = channel, { isShared, census, interest, occupancy } = this.cluster;
    census.setSubscriptions(this.application.id, channel.name, totalCount);
    if (totalCount === 0) {
      if (!channel.isUnused) return;
      this.channels.remove(channel);
      this.channelBudget.closed(channel);
      if (isShared && this.#recovery?.isAwaited(channel.name) === true) this.#linger(channel);
      else if (isShared) interest.release(channel.topic);
      if (!channel.isOccupancyShared) return;
      channel.isOccupancyShared = false;
      occupancy.lastUnsubscribed(channel.topic, cause);
    } else {
      if (!channel.isListenedTo) {
        if (isShared) channel.listen(interest);
        else channel.listenAlone();
      }
      if (!channel.isOccupancyShared && this.#reports?.kinds.occupancy === true) {
        this.#shareOccupancy(channel, cause);
      }
    }
  }

  /** A member that was cut does not keep its place on a channel any longer: the channel is dropped unless something else keeps it. */
  placeReleased(channel: Channel): void {
    if (channel.isUnused && this.channels.find(channel.name) === channel) {
      this.subscriptionsChanged(channel, undefined);
    }
  }

  #shareOccupancy(channel: Channel, cause: Cause | undefined): void {
    if (channel.isOccupancyShared) return;
    channel.isOccupancyShared = true;
    this.cluster.occupancy.firstSubscribed(channel.topic, cause);
  }

  /** Announces to this node's subscribers which members are added and removed, on all nodes. */
  #presenceOf(name: string): Presence {
    const announce = (frame: () => string): void => {
      const channel = this.channels.find(name);
      if (channel === undefined || channel.subscriptionCount === 0) return;
      const text = frame();
      this.delivery.toChannel(channel, text);
      this.#recovery?.events.announced(name, text);
    };
    return new Presence({
      memberAdded: (_userId, json) => announce(() => memberAddedFrame(name, json)),
      memberRemoved: (_userId, userIdJson) => announce(() => memberRemovedFrame(name, userIdJson)),
    }, new MemberReporter(this, name));
  }
}
