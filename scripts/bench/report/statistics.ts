/** The middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A median with what it lies between. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median, smallest and largest; `undefined` of none. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/** The values that are there. */
export function present(values: readonly (number | null)[] | undefined): number[] {
  return (values ?? []).filter((value) => value !== null);
}

/** The ratios of two series, pair by pair, of the pairs that have both: what holds when the machine's speed drifts between pairs. */
export function pairRatios(
  a: readonly (number | null)[] | undefined,
  b: readonly (number | null)[] | undefined,
): number[] {
  return (a ?? []).flatMap((value, index) => {
    const other = b?.[index] ?? null;
    return value === null || other === null || other === 0 ? [] : [value / other];
  });
}

/** A number with three digits that count: `0.913`, `12.3`, `56,400`. */
export function shortNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(Number(value.toPrecision(3))).toLocaleString("en");
  return Math.abs(value) >= 1 ? value.toPrecision(3) : value.toFixed(3);
}
