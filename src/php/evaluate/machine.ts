import type { EnvTrace } from "./env-trace.ts";
import type { PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Expression, Statement } from "../parse/syntax.ts";

/** What the file may ask about its surroundings; all text as byte strings. */
export interface Settings {
  /** Raw value of an environment variable, `undefined` when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** The Laravel application's folder, without a trailing slash. */
  readonly basePath: string;
  /** Value of `PHP_OS_FAMILY`. */
  readonly osFamily: string;
  /** Answer of `gethostname()`. */
  readonly hostname: string;
}

/** How a list of statements ended. */
export type Completion =
  | { readonly kind: "end" }
  | { readonly kind: "return"; readonly value: PhpValue }
  | { readonly kind: "break" }
  | { readonly kind: "continue" };

/** What the files of this folder share. One machine evaluates one file. */
export interface Machine {
  readonly settings: Settings;
  readonly trace: EnvTrace;
  evaluate(expression: Expression, scope: Scope): PhpValue;
  run(statements: readonly Statement[], scope: Scope): Completion;
  /** Counts work; throws a PhpFault when the file has used up `limits.work`. */
  spend(units: number): void;
  /** Raw value of an environment variable, whose name is added to the trace. */
  readEnv(name: string): string | undefined;
}
