import { addCounters } from "../add-counters.ts";
import { ApplicationCounters } from "../application-counters.ts";
import type { ApplicationState } from "./application-metrics.ts";

/** The label under which all applications stand that have no series of their own. */
export const OTHER = "other";

/** What the metrics show of applications. */
export interface ShownApplicationsParts {
  /** The counters of all applications. */
  readonly counters: ReadonlyMap<string, ApplicationCounters>;
  readonly states: () => Iterable<ApplicationState>;
  /** Applications with series of their own. */
  readonly most: number;
}

/** How much busier another application has to be than the least busy one that is shown before it takes its place. */
const MUCH_BUSIER = 2;

/**
 * The applications that have series of their own: all of them, or where there are very many those with the most connections; the others
 * are added up under one label. A place on the list is kept until another one is much busier, so that series do not come and go. The sum of
 * the others never goes down: what an application has counted before it got a series of its own, or was forgotten, stays in it.
 */
export class ShownApplications {
  readonly #parts: ShownApplicationsParts;
  /** Those on the list. */
  readonly #shown = new Set<string>();
  /** Those that were on it at the last look. */
  #before: ReadonlySet<string> = new Set();
  /** The others at the last look, whose counts are in the sum. */
  #hidden = new Map<string, ApplicationCounters>();
  /** What the others have counted that are not among them any more, less what they had counted before they were. */
  readonly #offset = new ApplicationCounters();
  #hasOthers = false;

  constructor(parts: ShownApplicationsParts) {
    this.#parts = parts;
  }

  /** The counters and states to show now. Called once for each page. */
  look(): {
    readonly counters: ReadonlyMap<string, ApplicationCounters>;
    readonly states: readonly ApplicationState[];
  } {
    const { counters, most } = this.#parts, states = [...this.#parts.states()];
    if (counters.size <= most && !this.#hasOthers) return { counters, states };
    this.#hasOthers = true;
    this.#choose(states);
    const shown = new Map<string, ApplicationCounters>(), hidden = new Map<string, ApplicationCounters>();
    for (const [id, each] of counters) (this.#shown.has(id) ? shown : hidden).set(id, each);
    for (const [id, each] of this.#hidden) if (hidden.get(id) !== each) addCounters(this.#offset, each, 1);
    // One that loses its series has counted before: the sum must not jump by that.
    for (const [id, each] of hidden) {
      if (this.#hidden.get(id) !== each && this.#before.has(id)) addCounters(this.#offset, each, -1);
    }
    this.#hidden = hidden;
    const others = new ApplicationCounters();
    addCounters(others, this.#offset, 1);
    for (const each of hidden.values()) {
      addCounters(others, each, 1);
      if (each.webhooks !== undefined && others.webhooks !== undefined) {
        others.webhooks.queued += each.webhooks.queued;
      }
    }
    shown.set(OTHER, others);
    return { counters: shown, states: this.#statesOf(states) };
  }

  #choose(states: readonly ApplicationState[]): void {
    const { most } = this.#parts, known = new Map(states.map((state) => [state.id, state.connections]));
    this.#before = new Set(this.#shown);
    for (const id of this.#shown) if (!known.has(id)) this.#shown.delete(id);
    const waiting = states.filter(({ id }) => !this.#shown.has(id)).sort((a, b) =>
      b.connections - a.connections
    );
    const listed = [...this.#shown].sort((a, b) => known.get(a)! - known.get(b)!);
    for (const { id, connections } of waiting) {
      if (this.#shown.size < most) this.#shown.add(id);
      else {
        const least = listed.shift();
        if (least === undefined || connections <= MUCH_BUSIER * known.get(least)! || connections === 0) {
          return;
        }
        this.#shown.delete(least);
        this.#shown.add(id);
      }
    }
  }

  #statesOf(states: readonly ApplicationState[]): ApplicationState[] {
    const shown = states.filter(({ id }) => this.#shown.has(id));
    const others = states.filter(({ id }) => !this.#shown.has(id));
    return [...shown, {
      id: OTHER,
      connections: others.reduce((sum, { connections }) => sum + connections, 0),
      channels: channelsOf(others),
      presenceMembers: () => others.reduce((sum, { presenceMembers }) => sum + presenceMembers(), 0),
    }];
  }
}

/** The channels of several applications, each time that they are asked for. */
function channelsOf(states: readonly ApplicationState[]): ApplicationState["channels"] {
  return {
    *[Symbol.iterator]() {
      for (const { channels } of states) yield* channels;
    },
  };
}
