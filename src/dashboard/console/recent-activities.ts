import { Fifo } from "../../hub/fifo.ts";
import type { KeptActivity } from "./kept-activity.ts";

/** How much is kept of one application. */
export interface Bounds {
  readonly activities: number;
  readonly characters: number;
}

/** The last activities of an application on this node, within bounds: the oldest go first. */
export class RecentActivities {
  readonly #bounds: Bounds;
  readonly #kept = new Fifo<KeptActivity>();
  #characters = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  add(activity: KeptActivity): void {
    this.#kept.push(activity);
    this.#characters += activity.size;
    const { activities, characters } = this.#bounds;
    while (this.#kept.length > activities || this.#kept.length > 1 && this.#characters > characters) {
      this.#characters -= this.#kept.shift()?.size ?? 0;
    }
  }

  /** Those with a higher number than `after` and none above `until`, oldest first. */
  between(after: number, until: number): KeptActivity[] {
    const found: KeptActivity[] = [];
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      const kept = this.#kept.at(index)!;
      if (kept.number <= after) break;
      if (kept.number <= until) found.push(kept);
    }
    return found.reverse();
  }
}

/** Activities of one application that are kept at most, and refusals besides. */
export const KEPT_ACTIVITIES = 300;
export const KEPT_REFUSALS = 100;
/** The same over all applications, and their characters. */
const KEPT_OF_ALL = 30_000;
const CHARACTERS = 1_000_000;
const CHARACTERS_OF_ALL = 20_000_000;

/** The share of each application, where there are so many of them. */
export function boundsOf(applications: number, activities: number): Bounds {
  return {
    activities: Math.max(10, Math.min(activities, Math.floor(KEPT_OF_ALL / applications))),
    characters: Math.min(CHARACTERS, Math.floor(CHARACTERS_OF_ALL / applications)),
  };
}
