import type { PhpValue } from "../php-value.ts";

/** The value of a variable and the environment variables that it came from. */
export interface Variable {
  readonly value: PhpValue;
  readonly env: readonly string[];
}

/** The variables of the file or of one function call. */
export class Scope {
  readonly #variables: Map<string, Variable>;

  constructor(variables?: Iterable<readonly [string, Variable]>) {
    this.#variables = new Map(variables);
  }

  /** Number of variables. */
  get size(): number {
    return this.#variables.size;
  }

  /** The variable, or `undefined` when it was never assigned. */
  get(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  /** Assigns a variable. */
  set(name: string, variable: Variable): void {
    this.#variables.set(name, variable);
  }

  /** Forgets a variable. */
  delete(name: string): void {
    this.#variables.delete(name);
  }

  /** A scope with copies of the named variables, or of all. Unknown names are left out. */
  capture(names: readonly string[] | "all"): Scope {
    if (names === "all") return new Scope(this.#variables);
    return new Scope([...this.#variables].filter(([name]) => names.includes(name)));
  }
}
