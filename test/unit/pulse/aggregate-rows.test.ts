import { expect, test } from "bun:test";
import { aggregateRows } from "../../../src/pulse/aggregate-rows.ts";
import type { MinuteCount } from "../../../src/pulse/message-counts.ts";

function sent(minute: number, count: number, application = "a"): MinuteCount {
  return { minute, application, direction: "sent", count };
}

const NOON = 1_795_262_400;

test("a count goes to a bucket of each of Pulse's four periods", () => {
  const rows = aggregateRows([sent(NOON + 660, 3)], NOON + 700);
  const common = { type: "reverb_message:sent", key: "a", value: 3 };
  expect(rows.toSorted((one, other) => one.period - other.period)).toEqual([
    { ...common, period: 60, bucket: NOON + 660 },
    { ...common, period: 360, bucket: NOON + 360 },
    { ...common, period: 1440, bucket: NOON },
    { ...common, period: 10_080, bucket: Math.floor((NOON + 660) / 10_080) * 10_080 },
  ]);
});

test("counts of one bucket are one row, which PostgreSQL demands", () => {
  const rows = aggregateRows([sent(NOON, 3), sent(NOON + 60, 4)], NOON + 60);
  expect(rows.filter(({ period }) => period === 60).map(({ value }) => value)).toEqual([3, 4]);
  expect(rows.filter(({ period }) => period === 360).map(({ value }) => value)).toEqual([7]);
});

test("a count that is too old for a period is left out of it", () => {
  const rows = aggregateRows([sent(NOON, 3)], NOON + 7 * 3600);
  expect(rows.map(({ period }) => period).toSorted((one, other) => one - other)).toEqual([1440, 10_080]);
  expect(aggregateRows([sent(NOON, 3)], NOON + 8 * 86_400)).toEqual([]);
});

test("rows come in the same order for counts in any order", () => {
  const counts = [sent(NOON, 1, "b"), sent(NOON, 1, "a"), sent(NOON + 60, 1, "a")];
  expect(aggregateRows(counts.toReversed(), NOON)).toEqual(aggregateRows(counts, NOON));
});
