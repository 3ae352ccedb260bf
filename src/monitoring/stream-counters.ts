import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** What became of an entry of a stream. A closed set: each is a metric's label. */
export const STREAM_OUTCOMES = [
  "delivered",
  /** An event with its idempotency key was delivered before. */
  "repeated",
  /** It cannot be used; the refusal has the reason. */
  "refused",
] as const;

/** One of {@link STREAM_OUTCOMES}. */
export type StreamOutcome = typeof STREAM_OUTCOMES[number];

/** The counts of the events that this process has read from Redis Streams. A server without streams has no such object. */
export class StreamCounters {
  /** Entries that were read, by what became of them. */
  readonly entries: Record<StreamOutcome, number> = { delivered: 0, repeated: 0, refused: 0 };
  /** Seconds from the append to the delivery, by Redis's clock. */
  readonly delay = new Histogram(LATENCY_BOUNDS);
  /** By stream: entries that wait in it, and the age of the oldest in seconds, when it was looked at last. Only streams that this process owns. */
  readonly owned = new Map<number, { readonly waiting: number; readonly oldest: number }>();
  /** Processes that share the streams, as far as this one knows. */
  readers = 0;
  /** 1 while the Redis of the streams can be used, 0 while it cannot. */
  redisUp: 0 | 1 = 0;
}
