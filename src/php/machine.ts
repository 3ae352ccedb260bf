import type { EnvTrace } from "./env-trace.ts";
import type { PhpValue } from "./php-value.ts";
import type { Scope } from "./scope.ts";
import type { Expression, Statement } from "./syntax.ts";

/** What the file may know about the world; all text as byte strings. */
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

/** How a row of statements ended. */
export type Completion =
  | { readonly kind: "end" }
  | { readonly kind: "return"; readonly value: PhpValue }
  | { readonly kind: "break" }
  | { readonly kind: "continue" };

/** The evaluator as its parts see each other. One machine evaluates one file. */
export interface Machine {
  readonly settings: Settings;
  readonly trace: EnvTrace;
  evaluate(expression: Expression, scope: Scope): PhpValue;
  run(statements: readonly Statement[], scope: Scope): Completion;
  /** Takes note of work done; throws a PhpFault when the file has used up `limits.work`. */
  spend(units: number): void;
  /** Raw value of an environment variable; the question goes into the trace. */
  readEnv(name: string): string | undefined;
}
