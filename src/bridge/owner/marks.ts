import type { Peer } from "./peer.ts";

/** Milliseconds that a mark stays which no node takes away: longer than departures can be held. */
const LIFETIME = 600_000;

interface Mark {
  readonly topic: string;
  readonly subject: string;
  readonly token: string;
  /** The node that is to report the departure; `undefined` while there is none that could. */
  reporter: Peer | undefined;
  readonly until: number;
}

/** The departures that have not been reported yet (hub/cluster/departure-mark.ts), and which node is to report each. */
export class Marks {
  /** In the order in which they were made. */
  readonly #marks = new Map<string, Mark>();
  readonly #now: () => number;
  #tokens = 0;

  /** `now` gives milliseconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A node is to report a departure that it has made itself. */
  put(topic: string, subject: string, token: string, reporter: Peer): void {
    this.#put({ topic, subject, token, reporter, until: this.#now() + LIFETIME });
  }

  /** A node is to report a departure of one that has gone; `undefined`: the next node that joins. */
  hand(topic: string, subject: string, reporter: Peer | undefined): void {
    const token = `owner:${++this.#tokens}`;
    this.#put({ topic, subject, token, reporter, until: this.#now() + LIFETIME });
    reporter?.tell("departed", topic, subject, token);
  }

  /** Takes a mark away, of that token where one is given. Whether it was there. */
  take(topic: string, subject: string, token?: string): boolean {
    const key = keyOf(topic, subject), mark = this.#marks.get(key);
    if (mark === undefined || token !== undefined && mark.token !== token) return false;
    return this.#marks.delete(key);
  }

  /** What a node had to report that has gone another one does, or the next that joins. `from` is `undefined` for what waits for that. */
  takeOver(from: Peer | undefined, by: Peer | undefined): void {
    for (const mark of this.#marks.values()) {
      if (mark.reporter !== from) continue;
      mark.reporter = by;
      by?.tell("departed", mark.topic, mark.subject, mark.token);
    }
  }

  /** Forgets all marks. */
  clear(): void {
    this.#marks.clear();
  }

  /** Forgets marks that are too old. */
  sweep(): void {
    const now = this.#now();
    for (const [key, { until }] of this.#marks) {
      if (until > now) return;
      this.#marks.delete(key);
    }
  }

  #put(mark: Mark): void {
    const key = keyOf(mark.topic, mark.subject);
    this.#marks.delete(key);
    this.#marks.set(key, mark);
  }
}

function keyOf(topic: string, subject: string): string {
  return `${topic.length}:${topic}${subject}`;
}
