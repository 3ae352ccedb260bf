import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** Why a message of the cluster never came to where it should have gone. */
export const CLUSTER_DROP_REASONS = [
  /** Redis was away and the messages waiting for it were too many. */
  "queue_full",
  /** It had waited too long for Redis to come back. */
  "expired",
  /** Redis took the command and answered with an error. */
  "refused",
  /** It came from the bus and cannot be read: another version, or not one of ours. */
  "unreadable",
  /** It is for an application that this node does not serve. */
  "unknown_application",
] as const;

/** One of {@link CLUSTER_DROP_REASONS}. */
export type ClusterDropReason = typeof CLUSTER_DROP_REASONS[number];

/**
 * What happened between this node and the others since the process started, as plain numbers: the parts of the
 * cluster add to them, and they become metrics only when the page is asked for. A server that does not scale has none.
 */
export class ClusterCounters {
  /** Messages that were handed to the bus, those that wait for Redis included. */
  published = 0;
  /** Bytes of these. */
  publishedBytes = 0;
  /** Messages of other nodes that came from the bus; a node's own echo does not count. */
  received = 0;
  /** Bytes of these. */
  receivedBytes = 0;
  /** Messages that wait for Redis right now: goes up and down. */
  queued = 0;
  /** Messages that were given up, by reason. */
  readonly dropped: Record<ClusterDropReason, number> = {
    queue_full: 0,
    expired: 0,
    refused: 0,
    unreadable: 0,
    unknown_application: 0,
  };
  /** Seconds from a question to Redis (a ping, a publish) to its answer. */
  readonly roundTrip = new Histogram(LATENCY_BOUNDS);
  /** Seconds of the last of them. */
  lastRoundTrip = 0;
  /** 1 while Redis can be used, 0 while it is away. */
  redisUp: 0 | 1 = 0;
  /** Connections to Redis that were lost and made again. */
  redisReconnects = 0;
  /** Times that this node has told Redis its whole state anew, as after a reconnect. */
  reconciliations = 0;
  /** Nodes that are alive as far as this node knows, itself included. */
  nodes = 1;
  /** Nodes that were found dead and cleared up after by this one. */
  nodesLost = 0;
  /** Questions to all nodes that did not get every answer in time. */
  incompleteGathers = 0;

  /** Notes one answer of Redis, in seconds. */
  observeRoundTrip(seconds: number): void {
    this.lastRoundTrip = seconds;
    this.roundTrip.observe(seconds);
  }
}
