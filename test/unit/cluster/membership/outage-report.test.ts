import { expect, test } from "bun:test";
import { OutageReport } from "../../../../src/cluster/membership/outage-report.ts";
import { ClusterCounters } from "../../../../src/monitoring/cluster-counters.ts";
import { Log } from "../../../../src/monitoring/log.ts";
import type { RedisInfo } from "../../../../src/redis/redis-link.ts";

const SCALING = { queueMaxEvents: 5, queueMaxSeconds: 30 };

/** A report whose clock the test sets, with the lines that it has logged as `level event`, and their texts. */
function report() {
  const lines: string[] = [], texts: string[] = [], clock = { now: 0 }, counters = new ClusterCounters();
  const log = new Log("json", (line) => {
    const { level, event, message } = JSON.parse(line) as { level: string; event: string; message: string };
    lines.push(`${level} ${event}`);
    texts.push(message);
  }, () => new Date(0));
  const outage = new OutageReport(log, counters, SCALING, () => clock.now);
  return { lines, texts, clock, counters, report: outage };
}

function redis(version: string, kind: RedisInfo["kind"] = "redis"): RedisInfo {
  return { runId: "r", version, kind, mode: "single", sharded: false };
}

test("an outage is logged once, and so is its end", () => {
  const { report: outage, lines } = report();
  outage.connected(redis("7.0.15"), "node", 0);
  outage.away("ECONNREFUSED");
  outage.away("no answer");
  outage.connected(redis("7.0.15"), "node", 0);
  expect(lines).toEqual(["info redis_connected", "warning redis_away", "info redis_back"]);
});

const NEXT = "; a line events_missed follows if clients of this node have missed events of other nodes";

test.each([
  [0, 0, "no event of this node was dropped"],
  [0, 4, "no event of this node was dropped, 4 that waited are sent now"],
  [1, 0, "1 event was lost that this node was to send"],
  [15, 10, "15 events were lost that this node was to send, 10 that waited are sent now"],
])(
  "the end of an outage that has cost %d events, with %d waiting, says nothing of what is not known yet",
  (dropped, waiting, says) => {
    const { report: outage, texts, clock, counters } = report();
    counters.dropped.queue_full = 3;
    outage.away("ECONNREFUSED");
    clock.now = 3210;
    counters.dropped.queue_full += dropped;
    outage.connected(redis("7.0.15"), "node", waiting);
    expect(texts[1]).toBe(`Redis 7.0.15 is back after 3.2 s: ${says}${NEXT}`);
  },
);

test.each([["5.0.14"], ["4.0.0"]])(
  "Redis %s is logged to be too old each time it is connected",
  (version) => {
    const { report: outage, lines } = report();
    outage.connected(redis(version), "node", 0);
    outage.away("ECONNREFUSED");
    outage.connected(redis(version), "node", 0);
    expect(lines.filter((line) => line === "warning redis_too_old").length).toBe(2);
  },
);

test.each([["6.0.16", "redis"], ["7.2.4", "redis"], ["5.9", "valkey"], ["", "redis"]] as const)(
  "version %j of %s is not",
  (version, kind) => {
    const { report: outage, lines } = report();
    outage.connected(redis(version, kind), "node", 0);
    expect(lines).toEqual(["info redis_connected"]);
  },
);
