/** The middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median with the smallest and the largest value: `0.91 (0.88–0.97)`. */
export function spread(values: readonly number[], digits: number): string {
  const low = Math.min(...values), high = Math.max(...values);
  return `${median(values).toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

/** The ratios of two series, pair by pair: what holds when the machine's speed drifts between pairs. */
export function pairRatios(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, index) => value / b[index]!);
}
