import { expect, test } from "bun:test";
import { OutageReport } from "../../../../src/cluster/membership/outage-report.ts";
import { ClusterCounters } from "../../../../src/monitoring/cluster-counters.ts";
import { Log } from "../../../../src/monitoring/log.ts";
import type { RedisInfo } from "../../../../src/redis/redis-link.ts";

const SCALING = { queueMaxEvents: 5, queueMaxSeconds: 30 };

/** A report whose clock the test sets, with the lines that it has logged as `level event`. */
function report() {
  const lines: string[] = [], clock = { now: 0 };
  const log = new Log("json", (line) => {
    const { level, event } = JSON.parse(line) as { level: string; event: string };
    lines.push(`${level} ${event}`);
  }, () => new Date(0));
  return { lines, clock, report: new OutageReport(log, new ClusterCounters(), SCALING, () => clock.now) };
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
