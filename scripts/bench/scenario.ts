import type { Contender } from "./contender.ts";
import type { LoadDriver } from "./load-driver.ts";

/** One thing to measure of one contender, as a single number. */
export interface Scenario {
  readonly name: string;
  readonly unit: string;
  /** Digits behind the point. */
  readonly digits: number;
  /** How often the contenders take turns. */
  readonly pairs: number;
  /** Measures a freshly started contender with a load client of its own. */
  measure(contender: Contender, load: LoadDriver): Promise<Measurement>;
}

/** What one run gave. */
export interface Measurement {
  readonly value: number;
  /** CPU seconds of the load client for each second of the run: near 1 it is the bottleneck, and the run says nothing. */
  readonly loadShare: number;
}
