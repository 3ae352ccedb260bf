import { CLUSTER_DROP_REASONS, type ClusterCounters } from "../cluster-counters.ts";
import { type MetricFamily, type NumberFamily, single } from "./metric-family.ts";

/** Metrics of the traffic between this node and the others. A server that is alone has none of them. */
export function clusterMetrics(counters: ClusterCounters): MetricFamily[] {
  const counter = (name: string, help: string, read: () => number): NumberFamily => ({
    type: "counter",
    name: `resound_${name}_total`,
    help,
    labels: [],
    read: single(read),
  });
  const gauge = (name: string, help: string, read: () => number): NumberFamily => ({
    type: "gauge",
    name: `resound_${name}`,
    help,
    labels: [],
    read: single(read),
  });
  const shared: MetricFamily[] = [
    counter("bus_published", "Messages for the other nodes", () => counters.published),
    counter(
      "bus_published_bytes",
      "Bytes of the messages for the other nodes",
      () => counters.publishedBytes,
    ),
    counter("bus_received", "Messages of other nodes", () => counters.received),
    counter("bus_received_bytes", "Bytes of the messages of other nodes", () => counters.receivedBytes),
    {
      type: "counter",
      name: "resound_bus_dropped_total",
      help: "Messages between nodes that were given up, by reason",
      labels: ["reason"],
      read: () => CLUSTER_DROP_REASONS.map((reason) => [{ reason }, counters.dropped[reason]] as const),
    },
    gauge("cluster_nodes", "Nodes that are alive, as far as this one knows", () => counters.nodes),
  ];
  if (!counters.usesRedis) return shared;
  return [
    ...shared,
    gauge("bus_queued_messages", "Messages that wait for Redis", () => counters.queued),
    {
      type: "histogram",
      name: "resound_bus_round_trip_seconds",
      help: "Time from a question to Redis to its answer",
      labels: [],
      read: () => [[{}, counters.roundTrip]],
    },
    gauge(
      "bus_last_round_trip_seconds",
      "The last time from a question to Redis to its answer",
      () => counters.lastRoundTrip,
    ),
    gauge("redis_up", "Whether Redis can be used: 1 or 0", () => counters.redisUp),
    counter(
      "bus_unlogged_events",
      "Events whose API call was answered before Redis had logged them for clients that come back",
      () => counters.unlogged,
    ),
    counter(
      "redis_reconnects",
      "Connections to Redis that were lost and made again",
      () => counters.redisReconnects,
    ),
    counter(
      "cluster_reconciliations",
      "Times that this node has written its whole state to Redis again",
      () => counters.reconciliations,
    ),
    counter(
      "redis_unreadable",
      "Entries in Redis that another program has written, and that were skipped or deleted",
      () => counters.unreadable,
    ),
    counter("cluster_nodes_lost", "Dead nodes whose members this one has removed", () => counters.nodesLost),
    counter(
      "cluster_incomplete_gathers",
      "Questions to all nodes that some did not answer in time",
      () => counters.incompleteGathers,
    ),
  ];
}
