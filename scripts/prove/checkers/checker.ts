import type { Entry } from "../history/entry.ts";
import type { History } from "../history/history.ts";

/** A promise that a history breaks. */
export interface Violation {
  /** The checker's name. */
  readonly checker: string;
  /** What is wrong, in a sentence that names who, where and when. */
  readonly says: string;
  /** The entries that it rests on, in the order in which they matter. */
  readonly entries: readonly Entry[];
}

/** A small pure function over a history. The same history always has the same violations. */
export interface Checker {
  /** A short name: `users`. */
  readonly name: string;
  /** What it holds the server to, in a sentence. */
  readonly promise: string;
  check(history: History): readonly Violation[];
}
