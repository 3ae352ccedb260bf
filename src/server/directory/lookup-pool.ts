import type { ApplicationName } from "../../hub/applications/application-lookup.ts";
import { type FoundApplication, UnusableApplication } from "../../hub/applications/application-source.ts";
import { LookupQueue } from "./lookup-queue.ts";

/** How a question to the source has ended. */
export type LookupEnd =
  | { readonly type: "answered"; readonly found: FoundApplication | undefined }
  /** The source has the application, which cannot be used. */
  | { readonly type: "unusable"; readonly reason: string }
  /** The source cannot be asked, or has not answered in time. */
  | { readonly type: "away" }
  /** Too many others wait. */
  | { readonly type: "crowded" };

/** What a pool works with. */
export interface LookupPoolParts {
  /** Questions at the same time. */
  readonly atOnce: number;
  readonly find: (name: ApplicationName) => Promise<FoundApplication | undefined>;
  /** The source has answered, or could not; the reason is without secrets. */
  readonly answered: () => void;
  readonly failed: (reason: unknown, name: ApplicationName) => void;
  /** Calls back after so many milliseconds, until the answer is called. */
  readonly after: (milliseconds: number, then: () => void) => () => void;
}

/** Milliseconds between two attempts while the source is away; then there is one question at a time. */
const RETRY = 250;

/** A question that waits, or is asked. */
class Lookup {
  readonly name: ApplicationName;
  readonly network: string;
  readonly end: Promise<LookupEnd>;
  readonly settle: (end: LookupEnd) => void;
  isOver = false;

  constructor(name: ApplicationName, network: string) {
    const { promise, resolve } = Promise.withResolvers<LookupEnd>();
    this.name = name;
    this.network = network;
    this.end = promise;
    this.settle = (end) => {
      this.isOver = true;
      resolve(end);
    };
  }
}

/**
 * Asks the source, a bounded number of questions at once. Who asks for a name that is asked for already gets the same answer. While the
 * source is away, questions wait and are asked again until their time is over.
 */
export class LookupPool {
  readonly #parts: LookupPoolParts;
  readonly #queue = new LookupQueue<Lookup>();
  /** All that have not ended, by name. */
  readonly #open = new Map<string, Lookup>();
  #running = 0;
  #isAway = false;
  #stopPause: (() => void) | undefined;

  constructor(parts: LookupPoolParts) {
    this.#parts = parts;
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Asks for a name on behalf of a network. Resolves after so many milliseconds at the latest; 0 for one attempt that takes as long as it
   * takes. Never rejects.
   */
  ask(name: ApplicationName, network: string, patience: number): Promise<LookupEnd> {
    const key = `${name.by} ${name.value}`, before = this.#open.get(key);
    if (before !== undefined) return before.end;
    const lookup = new Lookup(name, network);
    this.#open.set(key, lookup);
    const stop = patience === 0
      ? undefined
      : this.#parts.after(patience, () => this.#give(lookup, { type: "away" }));
    void lookup.end.then(() => {
      stop?.();
      if (this.#open.get(key) === lookup) this.#open.delete(key);
    });
    this.#wait(lookup);
    this.#next();
    return lookup.end;
  }

  /** Every question ends unanswered. */
  close(): void {
    this.#stopPause?.();
    for (const lookup of [...this.#open.values()]) this.#give(lookup, { type: "away" });
  }

  #wait(lookup: Lookup): void {
    const without = this.#queue.add(lookup);
    if (without !== undefined) this.#give(without, { type: "crowded" });
  }

  #give(lookup: Lookup, end: LookupEnd): void {
    if (lookup.isOver) return;
    this.#queue.remove(lookup);
    lookup.settle(end);
  }

  #next(): void {
    const { atOnce } = this.#parts;
    while (this.#running < (this.#isAway ? 1 : atOnce) && this.#stopPause === undefined) {
      const lookup = this.#queue.next();
      if (lookup === undefined) return;
      this.#running++;
      void this.#run(lookup).finally(() => {
        this.#running--;
        this.#next();
      });
    }
  }

  async #run(lookup: Lookup): Promise<void> {
    const { find, answered, failed } = this.#parts;
    try {
      const found = await find(lookup.name);
      this.#isAway = false;
      answered();
      this.#give(lookup, { type: "answered", found });
    } catch (error) {
      if (error instanceof UnusableApplication) {
        this.#isAway = false;
        answered();
        return this.#give(lookup, { type: "unusable", reason: error.message });
      }
      this.#isAway = true;
      failed(error, lookup.name);
      this.#again(lookup);
    }
  }

  /** The source is away: the question waits for the next attempt, unless its time is over. */
  #again(lookup: Lookup): void {
    if (this.#stopPause === undefined) {
      this.#stopPause = this.#parts.after(RETRY, () => {
        this.#stopPause = undefined;
        this.#next();
      });
    }
    if (lookup.network === REFRESH) this.#give(lookup, { type: "away" });
    else if (!lookup.isOver) this.#wait(lookup);
  }
}

/** The network of questions that no caller waits for: they are asked once. */
export const REFRESH = "refresh";
