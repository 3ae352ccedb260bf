import type { ClusterInterest } from "../cluster/cluster-interest.ts";
import { Latch } from "./latch.ts";
import type { ChannelKind } from "../../protocol/channel-name.ts";
import type { Hold, Presence } from "./presence.ts";
import { channelTopic } from "./topic.ts";

/** One connection on one channel. */
export interface Subscription {
  readonly channel: Channel;
  /** The user that it stands for; on presence channels alone. */
  readonly hold: Hold | undefined;
  /** Whether `subscription_succeeded` has been sent. */
  readonly isConfirmed: boolean;
}

/** The last announcement of how many subscriptions a channel has. */
interface AnnouncedCount {
  /** On all nodes. */
  everywhere: number;
  /** Of those, on this node. */
  here: number;
}

/**
 * A channel that has a subscription on this node. It holds only their number: the runtime keeps the sockets, by topic. It stands for
 * each confirmed subscription to it that has no member, so that none of these needs an object of its own. An application may have
 * hundreds of thousands of channels, so a channel is kept small.
 */
export class Channel implements Subscription {
  readonly name: string;
  readonly kind: ChannelKind;
  /** `undefined` unless it is a presence channel. */
  readonly presence: Presence | undefined;
  readonly #applicationId: string;
  /** As a text once there was an event. */
  #number: number | string;
  /**
   * Opens once events of the other nodes reach this one. Subscriptions are confirmed only after that. `undefined` until the cluster
   * has been asked for these events.
   */
  #listening: Latch | undefined = undefined;
  /** Whether the cluster knows that this node has a subscription: only for an application that has this reported. */
  isOccupancyShared = false;
  /** Confirmed subscriptions on this node, each a connection's. */
  subscriptionCount = 0;
  /** Subscriptions that wait for their confirmation. */
  pendingCount = 0;
  /** `undefined` until a count is announced. */
  #announced: AnnouncedCount | undefined = undefined;

  /** No two channels of the process may have one `number` (`ChannelNumbers`). */
  constructor(
    applicationId: string,
    name: string,
    kind: ChannelKind,
    presence: Presence | undefined,
    number: number,
  ) {
    this.#applicationId = applicationId;
    this.name = name;
    this.kind = kind;
    this.presence = presence;
    this.#number = number;
  }

  /** What the other nodes know it by. Made for each call: a node that is alone hardly ever needs it. */
  get topic(): string {
    return channelTopic(this.#applicationId, this.name);
  }

  /** The key of this node's subscribers in the runtime's pub/sub. A short one, since the runtime keeps a copy of it. */
  get localTopic(): string {
    return String(this.#number);
  }

  /** The same for a publish, which keeps the text: a channel that has had one event mostly has more of them. */
  get publishTopic(): string {
    return this.#number = String(this.#number);
  }

  /** All subscriptions on this node, those that wait for their confirmation included. */
  get totalCount(): number {
    return this.subscriptionCount + this.pendingCount;
  }

  /** Whether nothing keeps it open on this node: no subscription, and no member that may come back. */
  get isUnused(): boolean {
    return this.totalCount === 0 && (this.presence === undefined || this.presence.heldPlaces === 0);
  }

  /** Whether the cluster has been asked for the events of the other nodes. */
  get isListenedTo(): boolean {
    return this.#listening !== undefined;
  }

  /** Whether the events of the other nodes reach this one. */
  get isListening(): boolean {
    return this.#listening?.isOpen === true;
  }

  /** There are no other nodes whose events it has to wait for. */
  listenAlone(): void {
    this.#listening = Latch.OPEN;
  }

  /** Asks the cluster for the events of the other nodes. */
  listen(interest: ClusterInterest): void {
    const listening = this.#listening = new Latch();
    interest.listen(this.topic, { presence: this.presence, cached: this.kind.cached }, () => {
      this.#listening = Latch.OPEN;
      listening.open();
    });
  }

  /** Calls back once the events of the other nodes reach this one. `listen` MUST have been called. */
  whenListening(go: () => void): void {
    this.#listening?.whenOpen(go);
  }

  /** Subscriptions on the other nodes, as last announced. */
  get announcedElsewhere(): number {
    return this.#announced === undefined ? 0 : this.#announced.everywhere - this.#announced.here;
  }

  /** This node's count is announced. */
  announceHere(): void {
    (this.#announced ??= { everywhere: 0, here: 0 }).here = this.subscriptionCount;
  }

  /** The sum over all nodes is announced. */
  announcedEverywhere(subscriptions: number): void {
    (this.#announced ??= { everywhere: 0, here: 0 }).everywhere = subscriptions;
  }

  // As a subscription.

  get channel(): Channel {
    return this;
  }

  get hold(): undefined {
    return undefined;
  }

  get isConfirmed(): true {
    return true;
  }
}
