import type { ClusterAttempts } from "./cluster-attempts.ts";
import type { ClusterClaims } from "./cluster-claims.ts";
import type { ClusterCensus, CountReceiver } from "./cluster-census.ts";
import type { ClusterEvents, EventReceiver } from "./cluster-events.ts";
import type { ClusterInterest } from "./cluster-interest.ts";
import type { ClusterOccupancy } from "./cluster-occupancy.ts";
import type { ClusterLog, LogReceiver } from "./cluster-log.ts";
import type { ClusterLoad } from "./cluster-load.ts";
import type { ClusterQuestions } from "./cluster-questions.ts";
import type { ClusterQuota } from "./cluster-quota.ts";
import type { ClusterReports } from "./cluster-reports.ts";
import type { ClusterUsers, UserReceiver } from "./cluster-users.ts";

/**
 * The other nodes, as this one sees them: one part a subject. Every call returns at once and never throws. Where the other nodes
 * decide, the answer comes as a callback; while this node is alone or cannot reach them it decides for itself and calls back at
 * once. Implemented by `SoloCluster`, `RedisCluster` and `BridgeCluster`, which pass one contract suite (test/contract/cluster.test.ts).
 */
export interface Cluster {
  /** Whether there can be other nodes at all. */
  readonly isShared: boolean;
  /** Milliseconds that clients and calls wait for what the other nodes know, before this node decides alone. */
  readonly patience: number;
  /** Brings events to the other nodes. */
  readonly events: ClusterEvents;
  /** Which topics this node listens to. */
  readonly interest: ClusterInterest;
  /** What this node adds to the counts over all nodes. */
  readonly census: ClusterCensus;
  /** The connection limit over all nodes. */
  readonly quota: ClusterQuota;
  /** Which channels have a subscription on any node. */
  readonly occupancy: ClusterOccupancy;
  /** Which node reports a change to the application. */
  readonly reports: ClusterReports;
  /** Ends connections of a user on the other nodes. */
  readonly users: ClusterUsers;
  /** Whether clients make more work for the other nodes than can be done. */
  readonly load: ClusterLoad;
  /** Asks the other nodes; `undefined` while they cannot be asked, and this node's own numbers are all there is. */
  readonly questions: ClusterQuestions | undefined;
  /** Counts attempts over all nodes; `undefined` while that cannot be done, and this node's own counts are all there is. */
  readonly attempts: ClusterAttempts | undefined;
  /** Claims idempotency keys over all nodes; `undefined` while that cannot be done, and this node's own claims are all there is. */
  readonly claims: ClusterClaims | undefined;
  /** The logs that clients which come back are sent from; `undefined` where nodes share none. */
  readonly log: ClusterLog | undefined;
}

/** What the other nodes have this one do. Implemented in hub/. */
export type ClusterReceiver = EventReceiver & CountReceiver & UserReceiver & LogReceiver;
