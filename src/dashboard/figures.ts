import type { Hub } from "../hub/hub.ts";
import { type ActivityTotals, activityTotals } from "../monitoring/activity-totals.ts";
import { type NodeStanding, NOTHING, OtherNodes, type Rates } from "./other-nodes.ts";
import { type Sample, SAMPLE_FIELDS, type SampleRow } from "./wire.ts";

/** Seconds that are kept. */
export const REMEMBERED_SECONDS = 600;

/** The samples of one application over the last minutes. */
class Series {
  /** Oldest first. Once it is full, `#next` is the oldest, which the next sample replaces. */
  readonly #rows: SampleRow[] = [];
  #next = 0;
  /** All of the first second counts, which a server has begun with. */
  #before: ActivityTotals = NOTHING;
  #beforeAt: number;
  readonly #others = new OtherNodes();
  /** The rates of this node in the last second. */
  #here: Rates | undefined;

  /** `since`: when the application was there first, in milliseconds that only grow. */
  constructor(since: number) {
    this.#beforeAt = since;
  }

  /** Adds the sample of a second. When the call comes late because the process was busy, the counts are divided by the time that has passed. */
  add(
    hub: Hub,
    now: number,
    monotonic: number,
    { standings, channels }: {
      readonly standings: Iterable<NodeStanding>;
      readonly channels: number | undefined;
    },
  ): void {
    const after = totalsOf(hub), before = this.#before;
    const seconds = Math.max((monotonic - this.#beforeAt) / 1000, 0.001);
    const rate = (field: keyof Rates): number => {
      const count = Math.max(0, after[field] - before[field]);
      return seconds < 1.5 ? count : Math.round(count / seconds);
    };
    const here = {
      received: rate("received"),
      sent: rate("sent"),
      events: rate("events"),
      refused: rate("refused"),
    };
    this.#here = here;
    this.#others.update(standings);
    const elsewhere = this.#others.rates;
    const sum = (field: keyof Rates): number => here[field] + Math.round(elsewhere[field]);
    const sample: Sample = {
      at: Math.floor(now / 1000),
      connections: hub.connections.size + this.#others.connections,
      channels: channels ?? null,
      received: sum("received"),
      sent: sum("sent"),
      events: sum("events"),
      // Not rounded: few refusals of other nodes would never reach 1 in a second, and they are added up over ten minutes.
      refused: here.refused + elsewhere.refused,
    };
    this.#rows[this.#next] = SAMPLE_FIELDS.map((field) => sample[field]);
    this.#next = (this.#next + 1) % REMEMBERED_SECONDS;
    this.#before = after;
    this.#beforeAt = monotonic;
  }

  get last(): SampleRow | undefined {
    return this.#rows.at(this.#next - 1);
  }

  /** The rates of a node, a second; without an id, of this one. */
  ratesOf(node: string | undefined): Rates | undefined {
    return node === undefined ? this.#here : this.#others.ratesOf(node);
  }

  rows(): SampleRow[] {
    if (this.#rows.length < REMEMBERED_SECONDS) return [...this.#rows];
    return [...this.#rows.slice(this.#next), ...this.#rows.slice(0, this.#next)];
  }
}

function totalsOf({ application, monitor }: Hub): ActivityTotals {
  return activityTotals(application.counters, monitor.counters);
}

/** What `Figures` asks about an application. */
export interface FigureSources {
  /** The last reports of the other nodes. */
  readonly others: (hub: Hub) => Iterable<NodeStanding>;
  /** How many channels are occupied on all nodes; `undefined` while that is not known. */
  readonly channels: (hub: Hub) => number | undefined;
}

/** Clocks, in milliseconds. */
export interface FigureClocks {
  /** Since 1970. */
  readonly wallClock: () => number;
  /** Only grows. */
  readonly monotonic: () => number;
}

/** A sample of each application for every second of the last ten minutes, summed over all nodes as far as this one knows. */
export class Figures {
  readonly #clocks: FigureClocks;
  readonly #sources: FigureSources;
  #series = new Map<Hub, Series>();

  constructor(clocks: FigureClocks, sources: FigureSources) {
    this.#clocks = clocks;
    this.#sources = sources;
  }

  /** Takes a sample of each application; called once a second with all that are served now. */
  tick(hubs: Iterable<Hub>): void {
    const { wallClock, monotonic } = this.#clocks, { others, channels } = this.#sources;
    const series = new Map<Hub, Series>();
    for (const hub of hubs) {
      const known = this.#series.get(hub) ?? new Series(monotonic() - 1000);
      known.add(hub, wallClock(), monotonic(), { standings: others(hub), channels: channels(hub) });
      series.set(hub, known);
    }
    // The samples of applications that were removed are dropped.
    this.#series = series;
  }

  /** The samples of an application, oldest first. */
  of(hub: Hub): readonly SampleRow[] {
    return this.#series.get(hub)?.rows() ?? [];
  }

  /** The newest sample of an application. */
  last(hub: Hub): SampleRow | undefined {
    return this.#series.get(hub)?.last;
  }

  /** The rates of an application on one node, a second; without an id, on this one. */
  ratesOf(hub: Hub, node?: string): Rates | undefined {
    return this.#series.get(hub)?.ratesOf(node);
  }
}
