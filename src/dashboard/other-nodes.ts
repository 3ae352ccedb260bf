import { ACTIVITIES, type ActivityTotals } from "../monitoring/activity-totals.ts";

/** What another node last reported of an application. */
export interface NodeStanding {
  readonly id: string;
  readonly connections: number;
  /** `undefined` where an older version of the server does not report them. */
  readonly totals: ActivityTotals | undefined;
  /** When it reported, in milliseconds of its own clock. */
  readonly at: number;
}

/** Counts a second. */
export type Rates = ActivityTotals;

/** Before anything has happened. */
export const NOTHING: Rates = { received: 0, sent: 0, events: 0, refused: 0 };

interface Known {
  readonly standing: NodeStanding;
  readonly rates: Rates;
}

/** One application on the other nodes. Each node reports totals; the difference between two reports gives its rates. */
export class OtherNodes {
  #known = new Map<string, Known>();

  /** Takes the last reports. A node that is not among them is removed. */
  update(standings: Iterable<NodeStanding>): void {
    const known = new Map<string, Known>();
    for (const standing of standings) {
      const before = this.#known.get(standing.id);
      // A node reports less often than once a second; until the next report its rates stay.
      if (before?.standing.at === standing.at) known.set(standing.id, before);
      else known.set(standing.id, { standing, rates: ratesBetween(before?.standing, standing) });
    }
    this.#known = known;
  }

  /** The connections on all of them together. */
  get connections(): number {
    let sum = 0;
    for (const { standing } of this.#known.values()) sum += standing.connections;
    return sum;
  }

  /** The rates of all of them together. */
  get rates(): Rates {
    const sum = { ...NOTHING };
    for (const { rates } of this.#known.values()) {
      for (const activity of ACTIVITIES) sum[activity] += rates[activity];
    }
    return sum;
  }

  /** The rates of one of them; `undefined` when it is not known. */
  ratesOf(id: string): Rates | undefined {
    return this.#known.get(id)?.rates;
  }
}

function ratesBetween(before: NodeStanding | undefined, after: NodeStanding): Rates {
  const seconds = (after.at - (before?.at ?? after.at)) / 1000;
  if (seconds <= 0 || before?.totals === undefined || after.totals === undefined) return NOTHING;
  const rates = { ...NOTHING };
  for (const activity of ACTIVITIES) {
    rates[activity] = Math.max(0, after.totals[activity] - before.totals[activity]) / seconds;
  }
  return rates;
}
