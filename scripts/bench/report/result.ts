/** What one scenario gave, as it is kept in a JSON file. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly title: string;
  readonly about: string;
  readonly pace: string;
  readonly pairs: number;
  readonly contenders: readonly ContenderResult[];
  readonly rows: readonly ResultRow[];
  readonly machine: MachineFacts;
}

/** Who was measured, or why not. */
export interface ContenderResult {
  readonly id: string;
  readonly name: string;
  readonly isOurs: boolean;
  readonly version: string;
  /** Why there are no figures, or not all. */
  readonly problem?: string;
}

/** One measure of one case for all contenders. */
export interface ResultRow {
  readonly label: string;
  readonly measure: string;
  readonly unit: string;
  readonly growth?: { readonly series: string; readonly size: number; readonly axis: string };
  /** Values by contender id, by pair: `null` where a visit gave none. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  /** The load client's share of its processor, by contender id: the median. */
  readonly loadShares: Readonly<Record<string, number>>;
}

/** Where and when. */
export interface MachineFacts {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly pinned: boolean;
  readonly date: string;
  readonly commit: string;
  /** Processors' worth of CPU time that went to other processes meanwhile. */
  readonly otherWork: number;
}

/** Where more is better; everywhere else it is less. */
export function moreIsBetter({ unit }: Pick<ResultRow, "unit">): boolean {
  return unit === "a second";
}
