import type { DirectoryCounters } from "../directory-counters.ts";
import { type MetricFamily, single } from "./metric-family.ts";

/** Metrics of the applications that are looked up in a source; `known` is how many of them are kept. */
export function directoryMetrics(counters: DirectoryCounters, known: () => number): MetricFamily[] {
  return [
    {
      type: "gauge",
      name: "resound_applications",
      help: "Applications that this node has looked up and keeps",
      labels: [],
      read: single(known),
    },
    {
      type: "gauge",
      name: "resound_application_source_up",
      help: "Whether the source of applications has answered the last question: 1 or 0",
      labels: [],
      read: single(() => counters.isUp ? 1 : 0),
    },
    {
      type: "counter",
      name: "resound_application_lookups_total",
      help: "Applications that the source was asked for, by its answer",
      labels: ["answer"],
      *read() {
        for (const answer of ["found", "absent", "failed"] as const) yield [{ answer }, counters[answer]];
      },
    },
  ];
}
