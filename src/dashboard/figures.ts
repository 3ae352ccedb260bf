import type { Hub } from "../hub/hub.ts";
import { type Sample, SAMPLE_FIELDS, type SampleRow } from "./wire.ts";

/** Seconds that are remembered. */
export const REMEMBERED_SECONDS = 600;

/** Counters of an application as they stood at one moment. */
interface Standing {
  readonly received: number;
  readonly sent: number;
  readonly events: number;
  readonly refused: number;
}

/** The last minutes of one application. */
class Series {
  /** Oldest first; the ring starts over when it is full. */
  readonly #rows: SampleRow[] = [];
  #next = 0;
  #before: Standing;
  #beforeAt: number;

  constructor(hub: Hub, now: number) {
    this.#before = standing(hub);
    this.#beforeAt = now;
  }

  /** Adds a second. One that came late, because the process was busy or stood still, is spread over the time that it took. */
  add(hub: Hub, now: number, monotonic: number): void {
    const after = standing(hub), before = this.#before;
    const seconds = Math.max((monotonic - this.#beforeAt) / 1000, 0.001);
    const rate = (field: keyof Standing): number =>
      seconds < 1.5 ? after[field] - before[field] : Math.round((after[field] - before[field]) / seconds);
    const sample: Sample = {
      at: Math.floor(now / 1000),
      connections: hub.connections.size,
      channels: hub.channels.size,
      received: rate("received"),
      sent: rate("sent"),
      events: rate("events"),
      refused: rate("refused"),
    };
    this.#rows[this.#next] = SAMPLE_FIELDS.map((field) => sample[field]);
    this.#next = (this.#next + 1) % REMEMBERED_SECONDS;
    this.#before = after;
    this.#beforeAt = monotonic;
  }

  get last(): SampleRow | undefined {
    return this.#rows.at(this.#next - 1);
  }

  rows(): SampleRow[] {
    if (this.#rows.length < REMEMBERED_SECONDS) return [...this.#rows];
    return [...this.#rows.slice(this.#next), ...this.#rows.slice(0, this.#next)];
  }
}

/** Clocks, in milliseconds. */
export interface FigureClocks {
  /** Since 1970. */
  readonly wallClock: () => number;
  /** Only grows. */
  readonly monotonic: () => number;
}

/** What went on in each second of the last ten minutes, by application. */
export class Figures {
  readonly #clocks: FigureClocks;
  #series = new Map<Hub, Series>();

  constructor(clocks: FigureClocks) {
    this.#clocks = clocks;
  }

  /** Looks at the counters; called once a second with the applications that are served now. */
  tick(hubs: Iterable<Hub>): void {
    const { wallClock, monotonic } = this.#clocks;
    const series = new Map<Hub, Series>();
    for (const hub of hubs) {
      const known = this.#series.get(hub);
      if (known === undefined) series.set(hub, new Series(hub, monotonic()));
      else {
        known.add(hub, wallClock(), monotonic());
        series.set(hub, known);
      }
    }
    // Those of applications that are gone go with them.
    this.#series = series;
  }

  /** The remembered seconds of an application, oldest first. */
  of(hub: Hub): readonly SampleRow[] {
    return this.#series.get(hub)?.rows() ?? [];
  }

  /** The second that was added last. */
  last(hub: Hub): SampleRow | undefined {
    return this.#series.get(hub)?.last;
  }
}

function standing({ application }: Hub): Standing {
  const { counters } = application;
  let refused = 0;
  for (const count of counters.refusals.values()) refused += count;
  return {
    received: counters.messagesReceived,
    sent: counters.messagesSent,
    events: counters.apiEvents + counters.clientEvents,
    refused,
  };
}
