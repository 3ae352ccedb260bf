import { expect, test } from "bun:test";
import { Application } from "../../../src/hub/applications/application.ts";
import type { WebhookConfig } from "../../../src/config/config.ts";
import { webhookFigures } from "../../../src/dashboard/webhook-figures.ts";
import { WebhookCounters } from "../../../src/monitoring/webhook-counters.ts";
import { applicationConfig } from "../../support/fake-hub.ts";

function webhook(url: string, ...events: WebhookConfig["events"]): WebhookConfig {
  return { url, events, headers: { "X-Token": "secret" }, filter: { prefix: "", suffix: "" } };
}

test("several entries with one URL are one row, with the events of all and the failure", () => {
  const application = new Application(applicationConfig({
    webhooks: [
      webhook("https://u:secret@a.example/?token=secret", "cache_miss", "member_added"),
      webhook("https://b.example/", "member_removed"),
      webhook("https://u:secret@a.example/?token=secret", "member_added", "client_event"),
    ],
  }));
  const counters = application.counters.webhooks = new WebhookCounters();
  const failure = { at: 5, url: "https://••••@a.example/?••••", reason: "it answered 500" };
  counters.failing.set({}, failure);
  counters.lastFailure = failure;
  Object.assign(counters.events, { accepted: 7, expired: 2, queue_full: 3, not_configured: 4 });
  Object.assign(counters.requests, { accepted: 6, timeout: 1, error_status: 2 });
  counters.queued = 8;
  const figures = webhookFigures({ application });
  expect(figures).toEqual({
    targets: [
      { url: failure.url, events: ["cache_miss", "member_added", "client_event"], failure },
      { url: "https://b.example/", events: ["member_removed"], failure: undefined },
    ],
    accepted: 7,
    waiting: 8,
    dropped: 9,
    failures: 3,
    lastFailure: failure,
  });
  expect(JSON.stringify(figures)).not.toContain("secret");
});

test("an application without webhooks has no rows", () => {
  expect(webhookFigures({ application: new Application(applicationConfig()) }))
    .toEqual({ targets: [], accepted: 0, waiting: 0, dropped: 0, failures: 0 });
});
