import type { ApplicationCounters } from "./application-counters.ts";

/** The names of {@link ActivityTotals}' numbers. */
export const ACTIVITIES = ["received", "sent", "events", "refused"] as const;

/** How much has happened in an application on one node, since it was configured first: messages from clients and to them, events, refusals. */
export type ActivityTotals = Readonly<Record<typeof ACTIVITIES[number], number>>;

/** The totals as they are now. */
export function activityTotals(counters: ApplicationCounters): ActivityTotals {
  let refused = 0;
  for (const count of counters.refusals.values()) refused += count;
  return {
    received: counters.messagesReceived,
    sent: counters.messagesSent,
    events: counters.apiEvents + counters.clientEvents,
    refused,
  };
}
