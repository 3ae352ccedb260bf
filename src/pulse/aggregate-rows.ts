import type { MinuteCount } from "./message-counts.ts";

/**
 * Pulse's four periods in minutes: an hour, six hours, a day, a week. Each period has 60 buckets, so the same number is a bucket's
 * length in seconds.
 */
const PERIODS = [60, 360, 1440, 10_080] as const;

/** A row of `pulse_aggregates`. */
export interface AggregateRow {
  /** Start of the bucket, in seconds since 1970. */
  readonly bucket: number;
  /** Minutes of the period. */
  readonly period: number;
  readonly type: string;
  /** Id of the application. */
  readonly key: string;
  readonly value: number;
}

/**
 * The rows to which the counts add, each once. A count adds to no period that has ended since, as with Pulse. The rows are sorted,
 * so that two servers lock them in the same order when they write at the same time: one waits, and there is no deadlock.
 */
export function aggregateRows(counts: readonly MinuteCount[], now: number): readonly AggregateRow[] {
  const rows = new Map<string, AggregateRow>();
  for (const { minute, application, direction, count } of counts) {
    for (const period of PERIODS) {
      if (minute < now - period * 60) continue;
      const bucket = Math.floor(minute / period) * period;
      const type = `reverb_message:${direction}`, order = String(bucket).padStart(12, "0");
      const id = `${order} ${period} ${type} ${application}`;
      const value = (rows.get(id)?.value ?? 0) + count;
      rows.set(id, { bucket, period, type, key: application, value });
    }
  }
  return [...rows].sort(([one], [other]) => one < other ? -1 : 1).map(([, row]) => row);
}
