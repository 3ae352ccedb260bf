/** A Prometheus histogram as plain numbers: an observation is a short search and two additions, and allocates nothing. */
export class Histogram {
  /** Upper bounds of the buckets, growing. One more bucket has the values above all of them. */
  readonly bounds: readonly number[];
  /** Observations in each bucket alone; the last entry has those above all bounds. */
  readonly counts: number[];
  /** The sum of all observed values. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** Counts one value. */
  observe(value: number): void {
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += value;
  }
}

/** Bounds in seconds, from a tenth of a millisecond to five seconds: for answers to calls, round trips, late timers. */
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
