import type { Ability } from "./contenders/contender.ts";
import type { Growth } from "./report/result.ts";
import type { Stage } from "./stage.ts";

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

/** One thing to measure. Each visit is to freshly started servers, with a load client of its own. */
export interface Scenario {
  /** What one types: `bun run bench fan-out`. */
  readonly name: string;
  readonly title: string;
  /** What is done and what the numbers mean, for the report. */
  readonly about: string;
  readonly needs?: Ability;
  /** A first visit to each contender, for what the others' figures depend on: its capacity. */
  calibrate?(stage: Stage): Promise<number>;
  /** MUST throw when the deliveries were not those that there should be. Figures noted before stay. */
  measure(stage: Stage): Promise<void>;
}
