import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ApplicationCounters } from "../../../src/monitoring/application-counters.ts";
import { ClusterCounters } from "../../../src/monitoring/cluster-counters.ts";
import { Counters } from "../../../src/monitoring/counters.ts";
import { DirectoryCounters } from "../../../src/monitoring/directory-counters.ts";
import { EventLoopDelay } from "../../../src/monitoring/event-loop-delay.ts";
import { Histogram } from "../../../src/monitoring/histogram.ts";
import { applicationMetrics } from "../../../src/monitoring/metrics/application-metrics.ts";
import { clusterMetrics } from "../../../src/monitoring/metrics/cluster-metrics.ts";
import { directoryMetrics } from "../../../src/monitoring/metrics/directory-metrics.ts";
import type { MetricFamily } from "../../../src/monitoring/metrics/metric-family.ts";
import { MetricsPage } from "../../../src/monitoring/metrics/metrics-page.ts";
import { processMetrics } from "../../../src/monitoring/metrics/process-metrics.ts";
import { WebhookCounters } from "../../../src/monitoring/webhook-counters.ts";
import { workersMetrics } from "../../../src/process/workers/metrics/workers-page.ts";
import { serverMetrics } from "../../../src/monitoring/metrics/server-metrics.ts";
import { streamMetrics } from "../../../src/monitoring/metrics/stream-metrics.ts";
import { StreamCounters } from "../../../src/monitoring/stream-counters.ts";
import { recoveryMetrics } from "../../../src/monitoring/metrics/recovery-metrics.ts";
import { webhookMetrics } from "../../../src/monitoring/metrics/webhook-metrics.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";

const root = join(import.meta.dir, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

function allFamilies(): MetricFamily[] {
  const counters = new Counters();
  return [
    ...applicationMetrics(counters, () => []),
    ...webhookMetrics(counters),
    ...recoveryMetrics(counters),
    ...serverMetrics({
      version: "1",
      runtime: "Bun 1",
      httpCalls: counters.httpCalls,
      eventLoopDelay: new EventLoopDelay(() => 0),
      ready: () => true,
      cachedEvents: () => 0,
    }),
    ...directoryMetrics(new DirectoryCounters(), () => 0),
    ...clusterMetrics(new ClusterCounters()),
    ...streamMetrics(new StreamCounters()),
    ...workersMetrics([]),
    ...processMetrics(0),
  ];
}

test("a page shows the numbers of the moment in which it is asked for, without series that have ended", async () => {
  const values = new Map([["a", 1], ["b", 2]]);
  const histogram = new Histogram([0.1, 1]);
  const page = new MetricsPage([
    {
      type: "counter",
      name: "calls_total",
      help: "Calls",
      labels: ["who"],
      *read() {
        for (const [who, value] of values) yield [{ who }, value];
      },
    },
    { type: "histogram", name: "wait_seconds", help: "Waits", labels: [], read: () => [[{}, histogram]] },
  ]);
  expect(await page.text()).toContain('calls_total{who="a"} 1\ncalls_total{who="b"} 2\n');
  values.delete("a");
  values.set("b", 7);
  histogram.observe(0.1);
  histogram.observe(5);
  expect(await page.text()).toBe(
    [
      "# HELP calls_total Calls",
      "# TYPE calls_total counter",
      'calls_total{who="b"} 7',
      "",
      "# HELP wait_seconds Waits",
      "# TYPE wait_seconds histogram",
      'wait_seconds_bucket{le="0.1"} 1',
      'wait_seconds_bucket{le="1"} 1',
      'wait_seconds_bucket{le="+Inf"} 2',
      "wait_seconds_sum 5.1",
      "wait_seconds_count 2",
      "",
    ].join("\n"),
  );
});

test("an application's id cannot break out of its label", async () => {
  const counters = new Counters();
  const page = new MetricsPage(
    applicationMetrics(counters, () => [{
      id: 'a"} 1\n\\',
      connections: 3,
      channels: [],
      presenceMembers: () => 0,
    }]),
  );
  expect(await page.text()).toContain('resound_connections{application="a\\"} 1\\n\\\\"} 3\n');
});

test("only an application that has webhooks has series of them", async () => {
  const counters = new Counters(), page = new MetricsPage(webhookMetrics(counters));
  const [shop, other] = [new ApplicationCounters(), new ApplicationCounters()];
  counters.applications.set("shop", shop).set("other", other);
  shop.webhooks = new WebhookCounters();
  shop.webhooks.events.queue_full = 3;
  shop.webhooks.requests.accepted = 2;
  shop.webhooks.queued = 7;
  const text = await page.text();
  expect(text).toContain('resound_webhook_events_total{application="shop",outcome="queue_full"} 3\n');
  expect(text).toContain('resound_webhook_requests_total{application="shop",outcome="accepted"} 2\n');
  expect(text).toContain('resound_webhook_queued_events{application="shop"} 7\n');
  expect(text).not.toContain("other");
});

test("the documentation's table has name, type, labels and meaning of each metric", () => {
  const rows = new MarkdownPage("docs/monitoring.md").rows("Metrics");
  const shown = allFamilies().map(({ name, type, labels, help }) => [
    `\`${name}\``,
    type,
    labels.length === 0 ? "–" : labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  // Systems other than Linux do not have the two metrics of open files.
  expect(rows.filter(([name]) => shown.some(([other]) => other === name) || !/_fds/.test(name!))).toEqual(
    shown,
  );
});

test("names follow Prometheus' conventions", () => {
  for (const { name, type } of allFamilies()) {
    expect(name).toMatch(/^(resound|process)_[a-z_]+[a-z]$/);
    expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
    if (type === "histogram") expect(name).toEndWith("_seconds");
  }
});

test.each(["scripts/grafana/resound.json", "scripts/grafana/alerts.yml"])(
  "%s asks only for metrics that exist",
  (path) => {
    const known = new Set(
      allFamilies().flatMap(({ name, type }) =>
        type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
      ),
    );
    const asked = new Set(read(path).match(/\b(?:resound|process)_[a-z_]+\b/g));
    expect([...asked].filter((name) => !known.has(name) && !/_fds$/.test(name))).toEqual([]);
    expect(asked.size).toBeGreaterThan(5);
  },
);

test("the Grafana dashboard is JSON, and shows every metric of the server except some details", () => {
  const dashboard = JSON.parse(read("scripts/grafana/resound.json")) as { panels: { title: string }[] };
  expect(dashboard.panels.length).toBeGreaterThan(20);
  const text = JSON.stringify(dashboard);
  const missing = allFamilies().map(({ name }) => name).filter((name) => !text.includes(name));
  expect(missing).toEqual([
    "resound_cached_events",
    "resound_bus_published_bytes_total",
    "resound_bus_received_bytes_total",
    "resound_bus_last_round_trip_seconds",
    "resound_bus_unlogged_events_total",
    "resound_redis_reconnects_total",
    "resound_cluster_reconciliations_total",
    "resound_redis_unreadable_total",
    "resound_cluster_incomplete_gathers_total",
    "resound_worker_up",
    "resound_worker_replacements_total",
    "process_start_time_seconds",
  ]);
});

test("a timer that is called late counts as a delay, one that is early does not", () => {
  let now = 0;
  const delay = new EventLoopDelay(() => now);
  delay.start();
  delay.stop();
  now = 90;
  delay.look();
  now = 130;
  delay.look();
  expect(delay.histogram.sum).toBeCloseTo(0.03);
  expect(delay.histogram.counts[0]).toBe(1);
});
