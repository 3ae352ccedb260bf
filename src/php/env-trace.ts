/** A value together with the environment variables that it depends on. */
export interface Traced<T> {
  readonly value: T;
  readonly env: readonly string[];
}

/** Keeps account of which environment variables were read while something was evaluated. */
export class EnvTrace {
  #names = new Set<string>();

  /** Adds names to what is being evaluated at the moment. */
  add(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  /** Names read so far by what is being evaluated at the moment. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  /** Evaluates and says which names that took; they also count for the surrounding evaluation. */
  during<T>(evaluate: () => T): Traced<T> {
    const traced = this.apart(evaluate);
    this.add(traced.env);
    return traced;
  }

  /** Evaluates and says which names that took, without counting them for the surrounding evaluation. */
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
