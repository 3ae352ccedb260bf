import { oursIn } from "./ratios.ts";
import type { ScenarioResult } from "./result.ts";
import { median, present, shortNumber } from "./statistics.ts";
import type { Results, TargetCheck } from "./target-check.ts";

/** How much more than in proportion to the members the cost of a join may grow. */
const ALLOWANCE = 1.15;
/** How many times the median the 99th percentile may be. */
const TAIL = 3;
/** Milliseconds. */
const PAUSE = 50;
const HALF_OF_OURS = "half of Resound's capacity";

/**
 * Presence: the roster and the number of those who hear of a join both grow with the members, so a join may cost in proportion to
 * them. What is looked at twice for each join, or grows with the square, shows as more.
 */
export function growthCheck(results: Results): TargetCheck {
  const what = "presence, join and leave in a room of 1,000";
  const target = `grows at most in proportion to the members (and ${Math.round((ALLOWANCE - 1) * 100)} %)`;
  const result = results.get("presence");
  const found = result === undefined ? [] : medians(result, "CPU a join and leave");
  const at = found.findIndex(({ size }) => size >= 1000);
  const after = found[at], before = found[at - 1];
  if (after === undefined || before === undefined) {
    return { what, target, measured: "no rooms of 1,000 and fewer", verdict: "not measured" };
  }
  const cost = after.value / before.value, members = after.size / before.size;
  const measured = `${shortNumber(cost)} × the cost for ${shortNumber(members)} × the members (${
    before.size.toLocaleString("en")
  } to ${after.size.toLocaleString("en")})`;
  return { what, target, measured, verdict: cost <= members * ALLOWANCE ? "met" : "missed" };
}

/** The tail of the delays at half of our capacity. */
export function tailChecks(results: Results): TargetCheck[] {
  const result = results.get("latency");
  const value = (measure: string): number | undefined => {
    const ours = result === undefined ? undefined : oursIn(result);
    const row = result?.rows.find((row) => row.label === HALF_OF_OURS && row.measure === measure);
    const found = ours === undefined ? [] : present(row?.values[ours]);
    return found.length === 0 ? undefined : median(found);
  };
  const p50 = value("p50"),
    p99 = value("p99"),
    longest = value("longest"),
    late = value("load client late, at most");
  const check = (
    what: string,
    target: string,
    measured: string | undefined,
    holds: boolean,
  ): TargetCheck => ({
    what,
    target,
    measured: measured ?? "latency has no result of ours",
    verdict: measured === undefined ? "not measured" : holds ? "met" : "missed",
  });
  const times = p50 === undefined || p99 === undefined ? undefined : p99 / p50;
  return [
    check(
      `tail at ${HALF_OF_OURS}`,
      `p99 within ${TAIL} × p50`,
      times === undefined
        ? undefined
        : `${shortNumber(times)} × (${shortNumber(p99!)} of ${shortNumber(p50!)} ms)`,
      times !== undefined && times <= TAIL,
    ),
    check(
      `tail at ${HALF_OF_OURS}`,
      `no pause over ${PAUSE} ms`,
      longest === undefined
        ? undefined
        : `longest delay ${shortNumber(longest)} ms${
          late === undefined ? "" : `; the load client itself was late by up to ${shortNumber(late)} ms`
        }`,
      longest !== undefined && longest <= PAUSE,
    ),
  ];
}

function medians(
  result: ScenarioResult,
  measure: string,
): { readonly size: number; readonly value: number }[] {
  const ours = oursIn(result);
  return result.rows.filter((row) => row.measure === measure).flatMap(({ values, growths }) => {
    const found = ours === undefined ? [] : present(values[ours]), size = growths[0]?.size;
    return found.length === 0 || size === undefined ? [] : [{ size, value: median(found) }];
  }).toSorted((a, b) => a.size - b.size);
}
