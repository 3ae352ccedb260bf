/** A Prometheus histogram as plain numbers: an observation is a short search and two additions, nothing is allocated. */
export class Histogram {
  /** Upper bounds of the buckets, growing; a larger value falls into one more. */
  readonly bounds: readonly number[];
  /** Observations in each bucket, not summed up; the last entry is for those above every bound. */
  readonly counts: number[];
  /** All observed values together. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += value;
  }
}

/** Bounds in seconds for what takes from a tenth of a millisecond to seconds: answers to calls, round trips, late timers. */
export const LATENCY_BOUNDS: readonly number[] = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
];
