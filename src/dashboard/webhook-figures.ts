import { shownUrl } from "../config/kinds/webhook-kind.ts";
import type { Hub } from "../hub/hub.ts";
import type { WebhookFigures } from "./wire.ts";

/** What the page shows of an application's webhooks: their URLs, and this node's counts. */
export function webhookFigures({ application }: Pick<Hub, "application">): WebhookFigures {
  const { settings: { webhooks }, counters: { webhooks: counters } } = application;
  const failing = new Map(Array.from(counters?.failing.values() ?? [], (failure) => [failure.url, failure]));
  // Several entries may have one URL, with other filters and events.
  const byUrl = new Map<string, Set<string>>();
  for (const { url, events } of webhooks) {
    const shown = shownUrl(url);
    byUrl.set(shown, new Set([...byUrl.get(shown) ?? [], ...events]));
  }
  const targets = Array.from(
    byUrl,
    ([url, events]) => ({ url, events: [...events], failure: failing.get(url) }),
  );
  if (counters === undefined) return { targets, accepted: 0, waiting: 0, dropped: 0, failures: 0 };
  const { events, requests, queued, lastFailure } = counters;
  return {
    targets,
    accepted: events.accepted,
    waiting: queued,
    dropped: sum(events) - events.accepted,
    failures: sum(requests) - requests.accepted,
    lastFailure,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
