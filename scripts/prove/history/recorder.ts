import type { Entry } from "./entry.ts";
import type { History, Setup } from "./history.ts";
import type { Moment, Operation, Outcome } from "./operation.ts";

/** What an operation is before it has an end. */
export type Begun<Kind extends Operation = Operation> = Kind extends Operation
  ? Omit<Kind, "type" | "start" | "end" | "outcome">
  : never;

/** What the answer adds: `users`, `channels`, `socketId`. */
export type Answer = Partial<{
  readonly users: readonly string[];
  readonly channels: readonly string[];
  readonly socketId: string;
}>;

/** Ends an operation; the second call and all later ones do nothing. */
export type End = (outcome: Outcome, answer?: Answer) => void;

/** Writes a run's history: entries are only ever added. */
export class Recorder {
  readonly #setup: Setup;
  readonly #now: () => number;
  readonly #entries: Entry[] = [];
  readonly #open = new Set<End>();
  #order = 0;

  /** @param now milliseconds of the run's one clock */
  constructor(setup: Setup, now: () => number) {
    this.#setup = setup;
    this.#now = now;
  }

  /** What was recorded until now. */
  get history(): History {
    return { setup: this.#setup, entries: this.#entries };
  }

  /** How many operations have not ended. */
  get open(): number {
    return this.#open.size;
  }

  /** Milliseconds of the run's clock. */
  now(): number {
    return this.#now();
  }

  /** The present moment, later than every other that was given. */
  moment(): Moment {
    return { order: ++this.#order, ms: this.#now() };
  }

  /** Adds what happened at one moment or is complete. */
  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Begins an operation. It becomes an entry when it is ended. */
  begin(operation: Begun): End {
    const start = this.moment();
    const end: End = (outcome, answer = {}) => {
      if (!this.#open.delete(end)) return;
      // The parts of each kind are in `operation`, so that together they are one of them.
      this.#entries.push(
        { type: "operation", ...operation, ...answer, outcome, start, end: this.moment() } as Operation,
      );
    };
    this.#open.add(end);
    return end;
  }

  /** Ends every operation that is still open as `unknown`. */
  giveUp(): void {
    for (const end of [...this.#open]) end("unknown");
  }
}
