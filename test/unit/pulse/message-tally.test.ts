import { expect, test } from "bun:test";
import type { MessageCounts } from "../../../src/pulse/message-counts.ts";
import { MessageTally } from "../../../src/pulse/message-tally.ts";

function tally(
  replaced: { sampleRate?: number; capacity?: number; random?: () => number } = {},
): MessageTally {
  return new MessageTally({ sampleRate: 1, capacity: 100, random: () => 0, ...replaced });
}

function totals(sent: number, received: number, application = "a"): readonly MessageCounts[] {
  return [{ application, sent, received }];
}

test("messages since the last look count for the minute of this look", () => {
  const counts = tally();
  counts.take(totals(5, 1), 119);
  counts.take(totals(7, 1), 120);
  counts.take(totals(8, 2), 179);
  expect(counts.waiting(10)).toEqual([
    { minute: 60, application: "a", direction: "sent", count: 5 },
    { minute: 60, application: "a", direction: "received", count: 1 },
    { minute: 120, application: "a", direction: "sent", count: 3 },
    { minute: 120, application: "a", direction: "received", count: 1 },
  ]);
});

test("messages from before it began are not counted", () => {
  const counts = tally();
  counts.begin(totals(5, 5));
  counts.take(totals(6, 5), 0);
  expect(counts.waiting(10)).toEqual([{ minute: 0, application: "a", direction: "sent", count: 1 }]);
});

test("messages during a write wait for the next one", () => {
  const counts = tally();
  counts.take(totals(5, 0), 0);
  const writing = counts.waiting(10);
  counts.take(totals(8, 0), 1);
  counts.written(writing);
  expect(counts.waiting(10)).toEqual([{ minute: 0, application: "a", direction: "sent", count: 3 }]);
});

test("when part of a count was written, the rest waits", () => {
  const counts = tally();
  counts.take(totals(5, 0), 0);
  counts.written([{ minute: 0, application: "a", direction: "sent", count: 2 }]);
  expect(counts.waiting(10)[0]?.count).toBe(3);
  counts.written(counts.waiting(10));
  expect(counts.waiting(10)).toEqual([]);
});

test("an application that is served again begins anew", () => {
  const counts = tally();
  counts.take(totals(5, 5), 0);
  counts.written(counts.waiting(10));
  counts.take(totals(0, 0), 1);
  counts.take(totals(2, 0), 2);
  expect(counts.waiting(10)).toEqual([{ minute: 0, application: "a", direction: "sent", count: 2 }]);
});

test("when it is full it drops the oldest minute and counts the messages that are lost", () => {
  const counts = tally({ capacity: 2 });
  counts.take(totals(5, 0), 0);
  counts.take(totals(6, 0), 60);
  counts.take(totals(7, 0), 120);
  expect(counts.waiting(10).map(({ minute }) => minute)).toEqual([60, 120]);
  expect(counts.dropped).toBe(5);
});

test("a sample rate takes its share, and a fraction of a message is rounded by chance", () => {
  const low = tally({ sampleRate: 0.1, random: () => 0 }),
    high = tally({ sampleRate: 0.1, random: () => 0.99 });
  low.take(totals(25, 0), 0);
  high.take(totals(25, 0), 0);
  expect([low, high].map((each) => each.waiting(10)[0]?.count)).toEqual([2, 3]);
  const none = tally({ sampleRate: 0, random: () => 0.99 });
  none.take(totals(1000, 1000), 0);
  expect(none.waiting(10)).toEqual([]);
});
