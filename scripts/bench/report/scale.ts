/** Where values stand on an axis. */
export interface Scale {
  readonly isLogarithmic: boolean;
  /** Values to be marked, in rising order; the axis begins with the first and ends with the last. */
  readonly ticks: readonly number[];
  /** The share of the axis at which a value stands: 0 at its beginning, 1 at its end. */
  at(value: number): number;
}

/** Largest and smallest value whose ratio makes an axis logarithmic. */
const SPAN = 10;
/** About so many marks stand on an axis. */
const MARKS = 5;

/**
 * An axis for values from 0: linear from 0, or logarithmic where they span a decade and none is 0. Without values it goes from 0
 * to 1.
 */
export function scaleOf(values: readonly number[]): Scale {
  const low = Math.min(...values), high = Math.max(...values);
  if (values.length === 0 || high <= 0) return linear(1);
  return low > 0 && high / low >= SPAN ? logarithmic(low, high) : linear(high);
}

/** An axis of sizes that stand as far apart as their ratios, each of which is marked. */
export function scaleOfSizes(sizes: readonly number[]): Scale {
  const ticks = [...new Set(sizes)].toSorted((a, b) => a - b);
  const first = ticks[0] ?? 1, last = ticks.at(-1) ?? 1;
  const span = Math.log(last / first);
  return {
    isLogarithmic: true,
    ticks,
    at: (value) => span === 0 ? 0.5 : Math.log(value / first) / span,
  };
}

function linear(high: number): Scale {
  const step = roundUp(high / MARKS);
  const count = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
  return { isLogarithmic: false, ticks, at: (value) => value / (count * step) };
}

function logarithmic(low: number, high: number): Scale {
  const fine = [1, 2, 5], decades = Math.log10(high / low);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of decades > 2.5 ? [1] : fine) ticks.push(Number(`${digit}e${power}`));
  }
  const first = ticks.findLastIndex((tick) => tick <= low), last = ticks.findIndex((tick) => tick >= high);
  const shown = ticks.slice(first, last + 1);
  const start = Math.log(shown[0]!), span = Math.log(shown.at(-1)!) - start;
  return { isLogarithmic: true, ticks: shown, at: (value) => (Math.log(value) - start) / span };
}

/** The next of 1, 2, 5, 10 … times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].find((digit) => digit * power >= value * (1 - 1e-9))! * power;
}
