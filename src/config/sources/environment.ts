import type { EnvFileEntry } from "./env-file.ts";
import type { EnvValuePieces } from "./env-file-value.ts";

/** The origin of the variables that the process was started with. */
export const processOrigin = "the environment";

/** One environment variable and where it comes from. */
export interface EnvironmentVariable {
  readonly value: string;
  /** `.env:7`, or `the environment`. */
  readonly origin: string;
}

/**
 * The environment as a Laravel application sees it: the variables that the process was started with, then those that only the
 * `.env` file has. phpdotenv calls this immutable: the real environment wins; within the file the last assignment wins.
 */
export class Environment {
  readonly #variables = new Map<string, EnvironmentVariable>();
  readonly #asked = new Set<string>();

  constructor(
    processEnvironment: Readonly<Record<string, string | undefined>>,
    entries: readonly EnvFileEntry[] = [],
    file: string = ".env",
  ) {
    for (const [name, value] of Object.entries(processEnvironment)) {
      if (value !== undefined) this.#variables.set(name, { value, origin: processOrigin });
    }
    for (const { name, value, line } of entries) {
      if (this.#variables.get(name)?.origin === processOrigin) continue;
      if (value === undefined) this.#variables.delete(name);
      else this.#variables.set(name, { value: this.#resolve(value), origin: `${file}:${line}` });
    }
  }

  /** The variable with its raw text (`"true"`, not `true`), or `undefined` when it is not set. */
  get(name: string): EnvironmentVariable | undefined {
    this.#asked.add(name);
    return this.#variables.get(name);
  }

  /** The names that `get` was called for until now. */
  asked(): ReadonlySet<string> {
    return new Set(this.#asked);
  }

  /** Variables whose names begin with a prefix and that `get` was not called for until now. */
  unasked(prefix: string): { readonly name: string; readonly origin: string }[] {
    return Array.from(this.#variables, ([name, { origin }]) => ({ name, origin }))
      .filter(({ name }) => name.startsWith(prefix) && !this.#asked.has(name));
  }

  /** Replaces `${NAME}` by the value of an earlier variable; an unknown name, and `$NAME` without braces, stay as they are written. */
  #resolve(pieces: EnvValuePieces): string {
    let tail = "";
    for (let index = pieces.length - 1; index > 0; index--) {
      const text = pieces[index] + tail;
      const reference = /^\$\{([a-zA-Z0-9_.]+)\}/.exec(text);
      const variable = reference?.[1] === undefined ? undefined : this.#variables.get(reference[1]);
      tail = reference === null || variable === undefined
        ? text
        : variable.value + text.slice(reference[0].length);
    }
    return pieces[0] + tail;
  }
}
