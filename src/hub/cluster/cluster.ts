import type { Presence } from "../channels/presence.ts";
import type { DepartureMark } from "./cluster-life.ts";

/**
 * The other nodes, as this one sees them. Everything returns at once and never throws: what needs the other nodes' word calls
 * back later, and at once when this node is alone or cannot reach them. Implemented by `SoloCluster` and `RedisCluster`, which
 * pass one contract suite (test/contract/cluster).
 */
export interface Cluster {
  /** Whether there can be other nodes at all. */
  readonly isShared: boolean;
  /** What the other nodes know; `undefined` while nobody can be asked, and this node's own picture is all there is. */
  readonly questions: ClusterQuestions | undefined;

  /** Brings a frame to the topic's subscribers on the other nodes, but for `exceptSocketId`; this node's own have it already. */
  publish(topic: string, frame: string, exceptSocketId: string | undefined): void;
  /** As `publish`, and every node keeps the frame as the topic's last event. */
  publishCached(topic: string, frame: string, exceptSocketId: string | undefined): void;

  /**
   * From now on the topic matters to this node. `ready` is called once its events arrive: whatever is published after that is
   * not missed. Calls MUST alternate with `release` for one topic.
   */
  listen(topic: string, interest: Interest, ready: () => void): void;
  /** The topic does not matter any more. */
  release(topic: string): void;

  /**
   * This node's subscriptions to a channel are `subscriptions` now, which `ClusterQuestions` of other nodes will count; 0 when
   * it is vacant.
   */
  occupied(applicationId: string, channel: string, subscriptions: number): void;
  /**
   * As `occupied`, and all subscribers are told of the sum (`ClusterReceiver.counted`); `summed` is called with it here alone.
   */
  count(topic: string, subscriptions: number, summed?: (sum: number) => void): void;

  /** Somebody is on a channel of an application that wants to be told of the first: `ClusterLife.occupied`, where it was empty on all nodes. */
  arrive(topic: string): void;
  /** Nobody here is on it any more: `ClusterLife.vacated`, where that leaves it empty on all nodes. MUST follow an `arrive`. */
  depart(topic: string): void;
  /** Whether what a mark stands for is still so and not told: then it is this node's to tell. */
  settleDeparture(mark: DepartureMark, stillSo: () => void): void;
  /** Somebody found a cache channel empty; calls back unless another node has noted that a moment ago. */
  noteMiss(topic: string, first: () => void): void;

  /** Resolves when all that was asked until now has been answered, or will not be. */
  answered(): Promise<void>;

  /** This node has so many established connections of an application. */
  connected(applicationId: string, connections: number): void;
  /**
   * Whether the application may have one connection more, which is to be one of at most `limit` on all nodes together.
   * `connections` are this node's, with those that ask: all there is to go by where nobody can be asked. One that is admitted
   * counts already; `connected` MUST be called when it is established, and when it ended before.
   */
  admit(applicationId: string, connections: number, limit: number, decide: (admitted: boolean) => void): void;

  /** Has the other nodes end a user's connections, as `ClusterReceiver.terminate` does here. */
  terminate(applicationId: string, userId: string): void;
}

/** What a topic is listened to for, besides its events. */
export interface Interest {
  /** Follows who is there on all nodes. Its holds count for this node as long as the topic is listened to. */
  readonly presence?: Presence | undefined;
  /** Whether the topic's last event is kept. It is there when `ready` is called. */
  readonly cached?: boolean | undefined;
}

/** What a node asks of all others together. Each answer takes one round trip and rejects when the others are out of reach. */
export interface ClusterQuestions {
  /** Connections of an application on the other nodes. */
  connections(applicationId: string): Promise<number>;
  /** Subscriptions on the other nodes, by channel name. */
  channels(applicationId: string): Promise<ReadonlyMap<string, number>>;
  /** Subscriptions to one channel on the other nodes. */
  subscriptions(applicationId: string, channel: string): Promise<number>;
  /** Ids (as JSON text) of who is present on a topic on any node, this one included. */
  users(topic: string): Promise<readonly string[]>;
  /** How many users are present on each of the topics on any node, this one included. */
  userCounts(topics: readonly string[]): Promise<readonly number[]>;
  /** The last event that was kept of each of the topics. */
  cachedEvents(topics: readonly string[]): Promise<readonly (string | undefined)[]>;
}

/** What other nodes have this one do. Implemented in hub/. */
export interface ClusterReceiver {
  /** An event for this node's subscribers of a topic. */
  event(topic: string, frame: string, exceptSocketId: string | undefined): void;
  /** The topic's last event from now on, `undefined` for none. */
  cached(topic: string, frame: string | undefined): void;
  /** A channel has so many subscriptions on all nodes. */
  counted(topic: string, subscriptions: number): void;
  /** A user's connections are to be ended. */
  terminate(applicationId: string, userId: string): void;
}
