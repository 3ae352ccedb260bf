import type { ApplicationCounters } from "./application-counters.ts";
import type { Counters } from "./counters.ts";

/** The names of {@link ActivityTotals}' numbers. */
export const ACTIVITIES = ["received", "sent", "events", "refused"] as const;

/** How much has happened in an application on one node, since it was configured first: messages from clients and to them, events, refusals. */
export type ActivityTotals = Readonly<Record<typeof ACTIVITIES[number], number>>;

/** The totals as they are now. Refusals that belong to no application count where there is only one that they can be meant for. */
export function activityTotals(counters: ApplicationCounters, all: Counters): ActivityTotals {
  let refused = 0;
  if (counters.hasClientCounts) { for (const count of counters.refusals.values()) refused += count; }
  if (all.applications.size === 1) {
    for (const count of all.unattributedRefusals.values()) {
      refused += count;
    }
  }
  return {
    received: counters.messagesReceived,
    sent: counters.messagesSent,
    events: counters.apiEvents + counters.clientEvents,
    refused,
  };
}
