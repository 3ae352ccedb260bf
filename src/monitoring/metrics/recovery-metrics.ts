import type { CountedApplications } from "../counters.ts";
import { GAP_REASONS } from "../gap.ts";
import type { RecoveryCounters } from "../recovery-counters.ts";
import type { MetricFamily, NumberFamily } from "./metric-family.ts";

/** Metrics of recovery. An application that has never had it on has no series. */
export function recoveryMetrics(counters: CountedApplications): MetricFamily[] {
  const counter = (
    name: string,
    help: string,
    count: (recovery: RecoveryCounters) => number,
  ): NumberFamily => ({
    type: "counter",
    name: `resound_${name}_total`,
    help,
    labels: ["application"],
    *read() {
      for (const [application, { recovery }] of counters.applications) {
        if (recovery !== undefined) yield [{ application }, count(recovery)];
      }
    },
  });
  return [
    counter(
      "recovered",
      "Subscriptions that went on without a gap after a cut",
      ({ recovered }) => recovered,
    ),
    counter("replayed_events", "Events that were sent again after a cut", ({ replayed }) => replayed),
    {
      type: "counter",
      name: "resound_recovery_gaps_total",
      help: "Subscriptions after a cut of which events could not be sent again, by reason",
      labels: ["application", "reason"],
      *read() {
        for (const [application, { recovery }] of counters.applications) {
          if (recovery === undefined) continue;
          for (const reason of GAP_REASONS) yield [{ application, reason }, recovery.gaps[reason]];
        }
      },
    },
  ];
}
