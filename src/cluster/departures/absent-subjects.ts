/** A channel or user that this node alone has reported as gone, and that a Redis without its data did not know when all were back. */
export interface AbsentSubject {
  readonly topic: string;
  readonly subject: string;
  /** Second until which a node may still bring it back. */
  readonly until: number;
}

/** Seconds for which a node may be cut off from a Redis that has lost its data, and bring back what it had. */
const MAY_COME_LATE = 120;
/** How many are remembered, the newest. */
const MOST = 1000;

/** What may come back with a node that returns later than the others to a Redis which has lost its data. */
export class AbsentSubjects {
  /** Seconds that only grow. */
  readonly #now: () => number;
  #all: readonly AbsentSubject[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  note(topic: string, subject: string): void {
    this.#all = [...this.#all, { topic, subject, until: this.#now() + MAY_COME_LATE }].slice(-MOST);
  }

  /** It was reported that it is back. */
  forget(topic: string, subject: string): void {
    if (this.#all.length === 0) return;
    this.#all = this.#all.filter((each) => each.topic !== topic || each.subject !== subject);
  }

  has(subject: AbsentSubject): boolean {
    return this.#all.includes(subject);
  }

  /** Those that may still come back. */
  current(): readonly AbsentSubject[] {
    const now = this.#now();
    return this.#all = this.#all.filter(({ until }) => until > now);
  }
}
