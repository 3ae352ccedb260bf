import type { LatencyFigures } from "./load-request.ts";

/** The percentiles of times in milliseconds, which are put in order. */
export function latencyFigures(times: Float64Array): LatencyFigures {
  times.sort();
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), most: at(1) };
}
