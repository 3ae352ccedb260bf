import {
  type ContenderResult,
  RESULT_FORMAT,
  type ResultRow,
  type ScenarioResult,
} from "../../../../scripts/bench/report/result.ts";

const CONTENDERS: readonly ContenderResult[] = [
  { id: "bare", name: "bare Bun.serve", isOurs: false, version: "Bun 1" },
  { id: "binary", name: "Resound, binary", isOurs: true, version: "0.1.0" },
  { id: "soketi", name: "soketi", isOurs: false, version: "1.6.1" },
  {
    id: "reverb",
    name: "Laravel Reverb",
    isOurs: false,
    version: "",
    problem: { kind: "unavailable", reason: "PHP is not installed" },
  },
];

/** A row with values by contender id, a number a round. */
export function sampleRow(
  label: string,
  values: Readonly<Record<string, readonly (number | null)[]>>,
  more: Partial<ResultRow> = {},
): ResultRow {
  return { label, measure: "CPU a delivery", unit: "µs", growths: [], values, loadShares: {}, ...more };
}

/** A result of a scenario with these rows, measured by the four kinds of contenders. */
export function sampleResult(scenario: string, rows: readonly ResultRow[]): ScenarioResult {
  return {
    format: RESULT_FORMAT,
    scenario,
    title: "A title with <signs> & such",
    about: "What is done.",
    pace: "normal",
    pairs: 3,
    seconds: 100,
    contenders: CONTENDERS,
    rows,
    notes: [],
    machine: {
      processor: "A processor",
      processors: 2,
      memoryGigabytes: 8,
      system: "Linux 6",
      pinned: true,
      date: "2026-01-02 03:04",
      commit: "abc",
      otherWork: 0.1,
    },
  };
}
