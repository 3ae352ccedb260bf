import type { ScalingConfig } from "../config/config.ts";
import type { ReportReceiver } from "../hub/cluster/cluster-reports.ts";
import type { ClusterReceiver } from "../hub/cluster/cluster.ts";
import type { ClusterCounters } from "../monitoring/cluster-counters.ts";
import type { Log } from "../monitoring/log.ts";
import type { RedisLink, RedisLinkEvents } from "../redis/redis-link.ts";
import type { Timers } from "../failures/timers.ts";
import type { NodeDescription } from "./membership/node-description.ts";

/** The PHP nodes on the same Redis. */
export interface Fleet {
  /** This node has published an event to its cluster. */
  published(topic: string, frame: string, exceptSocketId: string | undefined): void;
}

/** What a cluster node is made of. */
export interface RedisClusterParts {
  readonly scaling: ScalingConfig;
  readonly link: (events: RedisLinkEvents) => RedisLink;
  readonly receiver: () => ClusterReceiver;
  /** Takes what this node reports to applications. */
  readonly reports: ReportReceiver;
  readonly counters: ClusterCounters;
  readonly log: Log;
  /** Names this process among all nodes; without dots. */
  readonly processId: string;
  readonly describe: () => NodeDescription;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Timers;
  /** The PHP nodes on the same Redis, to which goes what this node publishes; `undefined` where there are none (`scaling.mixed`). */
  readonly fleet?: Fleet | undefined;
  /** Another node, or an operator through Redis, asks this one to restart. */
  readonly restart: () => void;
}
