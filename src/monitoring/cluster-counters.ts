import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** Why a message between nodes was dropped. A closed set: each is a metric's label. */
export const CLUSTER_DROP_REASONS = [
  /** Redis was away, and too many messages waited for it. */
  "queue_full",
  /** Redis was away, and the message had waited too long. */
  "expired",
  /** Redis answered with an error. */
  "refused",
  /** Another node has published it while this one had lost Redis. */
  "missed",
  /** It came from the bus and cannot be decoded: a node of another version sent it, or another program. */
  "unreadable",
  /** It came from the bus, for an application that this node does not serve. */
  "unknown_application",
] as const;

/** One of {@link CLUSTER_DROP_REASONS}. */
export type ClusterDropReason = typeof CLUSTER_DROP_REASONS[number];

/**
 * The counts of this node's traffic with the other nodes since the process started. They are plain numbers, which the parts of
 * the cluster add to and the metrics read. A server that is alone has no such object.
 */
export class ClusterCounters {
  /** Whether the nodes meet in Redis. */
  readonly usesRedis: boolean;
  /** Messages that were handed to the bus, also those that wait for Redis. */
  published = 0;
  /** The bytes of these messages. */
  publishedBytes = 0;
  /** Messages of other nodes that came from the bus. This node's own messages, which come back, do not count. */
  received = 0;
  /** The bytes of these messages. */
  receivedBytes = 0;
  /** Messages that wait for Redis now. */
  queued = 0;
  /** Messages that were dropped, by reason. */
  readonly dropped: Record<ClusterDropReason, number> = {
    queue_full: 0,
    expired: 0,
    refused: 0,
    missed: 0,
    unreadable: 0,
    unknown_application: 0,
  };
  /** Events of calls of the HTTP API that were answered before Redis had logged them for clients that come back. */
  unlogged = 0;
  /** Seconds from a command to Redis (a ping, a publish) to its answer. */
  readonly roundTrip = new Histogram(LATENCY_BOUNDS);
  /** Seconds of the last of these round trips. */
  lastRoundTrip = 0;
  /** 1 while Redis can be used, 0 while it cannot. */
  redisUp: 0 | 1 = 0;
  /** Connections to Redis that were lost and made again. */
  redisReconnects = 0;
  /** Times that this node has written its whole state to Redis again, as after a reconnect. */
  reconciliations = 0;
  /** Entries in Redis that could not be read, and were skipped or deleted. */
  unreadable = 0;
  /** Nodes that are alive as far as this node knows, including itself. */
  nodes = 1;
  /** Dead nodes whose members this node has removed. */
  nodesLost = 0;
  /** Questions to all nodes that some did not answer in time. */
  incompleteGathers = 0;

  constructor(usesRedis = true) {
    this.usesRedis = usesRedis;
  }

  /** Counts one round trip to Redis, in seconds. */
  observeRoundTrip(seconds: number): void {
    this.lastRoundTrip = seconds;
    this.roundTrip.observe(seconds);
  }
}
