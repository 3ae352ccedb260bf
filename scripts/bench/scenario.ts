import type { Ability } from "./contenders/contender.ts";
import type { Stage } from "./stage.ts";

/** One thing to measure. Each visit is to freshly started servers, with a load client of its own. */
export interface Scenario {
  /** What one types: `bun run bench fan-out`. */
  readonly name: string;
  readonly title: string;
  /** What the figures are a measure of, in one sentence for the terminal. */
  readonly measures: string;
  /** What is done and what the numbers mean, for the report. */
  readonly about: string;
  readonly needs?: Ability;
  /** A first visit to each contender, for what the others' figures depend on: its capacity. */
  calibrate?(stage: Stage): Promise<number>;
  /** MUST throw when the deliveries were not those that there should be. Figures noted before stay. */
  measure(stage: Stage): Promise<void>;
}
