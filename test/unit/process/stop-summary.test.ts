import { expect, test } from "bun:test";
import { stopSummary } from "../../../src/process/stop-summary.ts";
import { Counters } from "../../../src/monitoring/counters.ts";

test("a quiet run is one line of zeros", () => {
  expect(stopSummary(new Counters(), 0)).toBe(
    "Stopped after 0 s: 0 connections, 0 messages received, 0 sent, 0 refused",
  );
});

test("one connection and one message are in the singular", () => {
  const counters = new Counters();
  Object.assign(counters, { connectionsOpened: 1, messagesReceived: 1, messagesSent: 1 });
  expect(stopSummary(counters, 0)).toBe(
    "Stopped after 0 s: 1 connection, 1 message received, 1 sent, 0 refused",
  );
});

test("refusals are counted by reason", () => {
  const counters = new Counters();
  Object.assign(counters, { connectionsOpened: 3, messagesReceived: 40, messagesSent: 500 });
  counters.refused("rate_limited", undefined);
  counters.refused("rate_limited", undefined);
  counters.refused("over_quota", undefined);
  expect(stopSummary(counters, 61_000)).toBe(
    "Stopped after 1 min 1 s: 3 connections, 40 messages received, 500 sent, 3 refused (rate_limited 2, over_quota 1)",
  );
});

test.each([
  [0, "0 s"],
  [499, "0 s"],
  [500, "1 s"],
  [59_499, "59 s"],
  [59_500, "1 min 0 s"],
  [3_600_000, "1 h 0 min"],
  [86_399_000, "23 h 59 min"],
  [90_000_000, "1 d 1 h"],
  [86_400_000 * 400, "400 d 0 h"],
])("%p ms are %s", (milliseconds, text) => {
  expect(stopSummary(new Counters(), milliseconds)).toStartWith(`Stopped after ${text}:`);
});
