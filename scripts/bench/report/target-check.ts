import { problemText, type ResultRow, type ScenarioResult } from "./result.ts";
import { caseRatios, oursIn } from "./ratios.ts";
import { median, pairRatios, present, shortNumber, spreadOf } from "./statistics.ts";

/** What was aimed at, and what was reached. */
export interface TargetCheck {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly verdict: Verdict;
}

/** A target of several cases is met when each of them meets it. */
export type Verdict = "met" | "missed" | "not measured";

/** Results by scenario name. */
export type Results = ReadonlyMap<string, ScenarioResult>;

/** One target: which rows of which scenario it is about, and what must hold for each of them. */
export interface Target {
  readonly what: string;
  readonly target: string;
  readonly scenario: string;
  readonly fits: (row: ResultRow) => boolean;
  readonly rule: Rule;
}

/** Ratios are of medians taken pair by pair; absolute values are the median of all rounds. */
export type Rule =
  /** Ours needs at most so many times what another needs. */
  | { readonly kind: "at most"; readonly times: number; readonly of: string }
  /** Another needs at least so many times what ours needs. */
  | { readonly kind: "better"; readonly times: number; readonly than: string }
  /** Ours needs at most so many times what it needs itself in the case with another label. */
  | { readonly kind: "own"; readonly times: number; readonly than: (label: string) => string }
  /** Ours is at most so much, in the row's unit. */
  | { readonly kind: "below"; readonly limit: number };

interface Case {
  readonly label: string;
  readonly value: number;
}

/** Checks one target against what was measured. */
export function checkTarget({ what, target, scenario, fits, rule }: Target, results: Results): TargetCheck {
  const result = results.get(scenario);
  const ours = result === undefined ? undefined : oursIn(result);
  if (result === undefined || ours === undefined) {
    return { what, target, measured: `${scenario} has no result of ours`, verdict: "not measured" };
  }
  const cases = casesOf(result, ours, fits, rule);
  if (cases.length === 0) {
    const other = rule.kind === "at most" ? rule.of : rule.kind === "better" ? rule.than : ours;
    const found = result.contenders.find(({ id }) => id === other);
    const reason = found?.problem === undefined ? "has no such case" : problemText(found.problem);
    const measured = `${found?.name ?? other} ${reason}`;
    return { what, target, measured, verdict: "not measured" };
  }
  const holds = ({ value }: Case): boolean =>
    rule.kind === "below"
      ? value <= rule.limit
      : rule.kind === "better"
      ? value >= rule.times
      : value <= rule.times;
  const sorted = cases.toSorted((a, b) => a.value - b.value);
  const worst = rule.kind === "better" ? sorted[0]! : sorted.at(-1)!;
  const unit = rule.kind === "below" ? ` ${result.rows.find(fits)!.unit}` : " ×";
  const value = `${shortNumber(worst.value)}${unit}`;
  const measured = cases.length === 1
    ? value
    : `met in ${
      cases.filter(holds).length
    } of ${cases.length} cases; the farthest from it ${value} (${worst.label})`;
  return { what, target, measured, verdict: cases.every(holds) ? "met" : "missed" };
}

function casesOf(
  result: ScenarioResult,
  ours: string,
  fits: (row: ResultRow) => boolean,
  rule: Rule,
): Case[] {
  if (rule.kind === "below") {
    return result.rows.filter(fits).flatMap(({ label, values }) => {
      const found = present(values[ours]);
      return found.length === 0 ? [] : [{ label, value: median(found) }];
    });
  }
  if (rule.kind === "own") {
    return result.rows.filter(fits).flatMap(({ label, measure, values }) => {
      const other = result.rows.find((row) => row.label === rule.than(label) && row.measure === measure);
      const ratio = spreadOf(pairRatios(values[ours], other?.values[ours]));
      return ratio === undefined ? [] : [{ label, value: ratio.median }];
    });
  }
  const [of, to] = rule.kind === "at most" ? [ours, rule.of] : [rule.than, ours];
  return caseRatios(result, { of, to, fits }).map(({ label, ratio }) => ({ label, value: ratio.median }));
}
