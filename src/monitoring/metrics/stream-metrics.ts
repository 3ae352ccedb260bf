import { STREAM_OUTCOMES, type StreamCounters } from "../stream-counters.ts";
import { type MetricFamily, type NumberFamily, single } from "./metric-family.ts";

/** Metrics of the events that are read from Redis Streams. A server without them has no series. */
export function streamMetrics(counters: StreamCounters): MetricFamily[] {
  const gauge = (name: string, help: string, read: () => number): NumberFamily => ({
    type: "gauge",
    name: `resound_stream_${name}`,
    help,
    labels: [],
    read: single(read),
  });
  const owned = (): { readonly waiting: number; readonly oldest: number }[] => [...counters.owned.values()];
  return [
    {
      type: "counter",
      name: "resound_stream_entries_total",
      help: "Entries of the event streams that were read, by what became of them",
      labels: ["outcome"],
      read: () => STREAM_OUTCOMES.map((outcome) => [{ outcome }, counters.entries[outcome]] as const),
    },
    {
      type: "histogram",
      name: "resound_stream_delay_seconds",
      help: "Time from the append of an entry to its delivery, by the clock of Redis",
      labels: [],
      read: () => [[{}, counters.delay]],
    },
    gauge("owned", "Event streams that this process reads", () => counters.owned.size),
    gauge(
      "waiting_entries",
      "Entries that wait in these streams, when they were looked at last",
      () => owned().reduce((sum, { waiting }) => sum + waiting, 0),
    ),
    gauge(
      "lag_seconds",
      "Age of the oldest entry that waits in these streams",
      () => Math.max(0, ...owned().map(({ oldest }) => oldest)),
    ),
    gauge(
      "readers",
      "Processes that share the event streams, as far as this one knows",
      () => counters.readers,
    ),
    gauge("redis_up", "Whether the Redis of the event streams can be used: 1 or 0", () => counters.redisUp),
  ];
}
