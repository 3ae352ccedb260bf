/** A value together with the environment variables that it depends on. */
export interface Traced<T> {
  readonly value: T;
  readonly env: readonly string[];
}

/** Collects the environment variables that are read during an evaluation. */
export class EnvTrace {
  #names = new Set<string>();

  /** Adds names to the current evaluation. */
  add(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  /** Names of the current evaluation so far. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  /** Evaluates, and returns the names that were read; they also count for the surrounding evaluation. */
  during<T>(evaluate: () => T): Traced<T> {
    const traced = this.apart(evaluate);
    this.add(traced.env);
    return traced;
  }

  /** Evaluates, and returns the names that were read, without counting them for the surrounding evaluation. */
  apart<T>(evaluate: () => T): Traced<T> {
    const outer = this.#names;
    this.#names = new Set();
    try {
      const value = evaluate();
      return { value, env: [...this.#names] };
    } finally {
      this.#names = outer;
    }
  }
}
