import type { Growth } from "./report/result.ts";

/** One number that a visit to a contender gave. */
export interface Figure {
  /** What was done: `1,000 subscribers, 8 at once, 100 B`. The same for all contenders. */
  readonly label: string;
  /** What was measured: `CPU a delivery`. */
  readonly measure: string;
  /** `µs`, `KB`, `ms`, `a second`; more is better only for what has `a second`. */
  readonly unit: string;
  readonly value: number;
  /** Where it stands in charts of cost over size; without any it is compared on its own. */
  readonly growths?: readonly Growth[];
  /** CPU seconds of the load client for each second of the run: near 1 it is the bottleneck. */
  readonly loadShare?: number;
}
