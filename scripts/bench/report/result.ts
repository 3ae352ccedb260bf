/** The shape of the files; one more whenever it changes. */
export const RESULT_FORMAT = 1;

/** What one scenario gave, as it is kept in a JSON file. */
export interface ScenarioResult {
  readonly format: typeof RESULT_FORMAT;
  readonly scenario: string;
  readonly title: string;
  readonly about: string;
  readonly pace: string;
  readonly pairs: number;
  /** How long all of it took. */
  readonly seconds: number;
  readonly contenders: readonly ContenderResult[];
  readonly rows: readonly ResultRow[];
  /** What else the reader must know: a size that does not fit, what stood between two nodes. */
  readonly notes: readonly string[];
  readonly machine: MachineFacts;
}

/** Where a value stands in a chart of cost over size: those of one series make one line a contender. */
export interface Growth {
  /** `8 at once, 100 B`. */
  readonly series: string;
  readonly size: number;
  /** What the size counts: `subscribers`, `bytes of data`. */
  readonly axis: string;
}

/** A contender, and why it was not measured if it was not. */
export interface ContenderResult {
  readonly id: string;
  readonly name: string;
  readonly isOurs: boolean;
  readonly version: string;
  /** Why there are no figures, or not all. */
  readonly problem?: Problem;
}

/** The contender cannot be installed here, cannot do what is measured, or did not do what it should. */
export interface Problem {
  readonly kind: "unavailable" | "lacking" | "failed";
  readonly reason: string;
}

/** A problem in words, to stand behind the contender's name. */
export function problemText({ kind, reason }: Problem): string {
  switch (kind) {
    case "unavailable":
      return `could not start: ${reason}`;
    case "lacking":
      return `takes no part: it ${reason}`;
    case "failed":
      return `failed: ${reason}`;
  }
}

/** One measure of one case for all contenders. */
export interface ResultRow {
  readonly label: string;
  readonly measure: string;
  readonly unit: string;
  readonly growths: readonly Growth[];
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
