import type { CountedApplications } from "../counters.ts";
import { WEBHOOK_EVENT_OUTCOMES, WEBHOOK_REQUEST_OUTCOMES } from "../webhook-counters.ts";
import type { MetricFamily } from "./metric-family.ts";

/** Metrics of webhooks. An application that has never had webhooks has no series. */
export function webhookMetrics(counters: CountedApplications): MetricFamily[] {
  return [
    {
      type: "counter",
      name: "resound_webhook_events_total",
      help: "Webhook events that are finished, once for each URL: accepted, or given up for a reason",
      labels: ["application", "outcome"],
      *read() {
        for (const [application, { webhooks }] of counters.applications) {
          if (webhooks === undefined) continue;
          for (const outcome of WEBHOOK_EVENT_OUTCOMES) {
            yield [{ application, outcome }, webhooks.events[outcome]];
          }
        }
      },
    },
    {
      type: "counter",
      name: "resound_webhook_requests_total",
      help: "Requests to the URLs of webhooks, each try counted, by outcome",
      labels: ["application", "outcome"],
      *read() {
        for (const [application, { webhooks }] of counters.applications) {
          if (webhooks === undefined) continue;
          for (const outcome of WEBHOOK_REQUEST_OUTCOMES) {
            yield [{ application, outcome }, webhooks.requests[outcome]];
          }
        }
      },
    },
    {
      type: "gauge",
      name: "resound_webhook_queued_events",
      help: "Events that wait to be accepted, once for each URL",
      labels: ["application"],
      *read() {
        for (const [application, { webhooks }] of counters.applications) {
          if (webhooks !== undefined) yield [{ application }, webhooks.queued];
        }
      },
    },
  ];
}
