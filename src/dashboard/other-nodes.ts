import { ACTIVITIES, type ActivityTotals } from "../monitoring/activity-totals.ts";

/** What another node last said of an application on it. */
export interface NodeStanding {
  readonly id: string;
  readonly connections: number;
  /** `undefined` where it does not tell: its version is older. */
  readonly totals: ActivityTotals | undefined;
  /** When it said so, in milliseconds of its own clock. */
  readonly at: number;
}

/** What went on in a second. */
export type Rates = ActivityTotals;

const NOTHING: Rates = { received: 0, sent: 0, events: 0, refused: 0 };

interface Known {
  readonly standing: NodeStanding;
  readonly rates: Rates;
}

/** One application on the other nodes: each says what it has counted, from which follows how much that is in a second. */
export class OtherNodes {
  #known = new Map<string, Known>();

  /** Takes what the nodes last said; one that is not among them is forgotten. */
  update(standings: Iterable<NodeStanding>): void {
    const known = new Map<string, Known>();
    for (const standing of standings) {
      const before = this.#known.get(standing.id);
      // What it says comes less often than once a second: in between it goes on as before.
      if (before?.standing.at === standing.at) known.set(standing.id, before);
      else known.set(standing.id, { standing, rates: ratesBetween(before?.standing, standing) });
    }
    this.#known = known;
  }

  /** Connections on all of them. */
  get connections(): number {
    let sum = 0;
    for (const { standing } of this.#known.values()) sum += standing.connections;
    return sum;
  }

  /** What goes on in a second on all of them. */
  get rates(): Rates {
    const sum = { ...NOTHING };
    for (const { rates } of this.#known.values()) {
      for (const activity of ACTIVITIES) sum[activity] += rates[activity];
    }
    return sum;
  }

  /** What goes on in a second on one of them. */
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
