import type { EnvTrace } from "./env-trace.ts";
import type { Declarations, DeclaredClass } from "./declarations.ts";
import type { FileAccess } from "./file-access.ts";
import type { ChangedCollections } from "../values/changed-collections.ts";
import type { PhpConfigError } from "../php-config-error.ts";
import type { PhpEntry, PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Block, Expression } from "../parse/syntax.ts";

/** What the file may ask about its surroundings; all text as byte strings. */
export interface Settings {
  /** Raw value of an environment variable, `undefined` when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** The Laravel application's folder, without a trailing slash. */
  readonly basePath: string;
  /** Value of `PHP_OS_FAMILY`. */
  readonly osFamily: string;
  /** Answer of `gethostname()`; `undefined` when it is not known. */
  readonly hostname: string | undefined;
}

/** How a list of statements ended. */
export type Completion =
  | { readonly kind: "end" }
  | { readonly kind: "return"; readonly value: PhpValue }
  | { readonly kind: "break" | "continue"; readonly levels: number };

/** What the files of this folder share. One machine evaluates one file, with all that it includes. */
export interface Machine {
  readonly settings: Settings;
  readonly trace: EnvTrace;
  /** Functions, constants and classes that were declared so far. */
  readonly declared: Declarations;
  readonly files: FileAccess;
  readonly collections: ChangedCollections;
  /** What `config()` answers: see `ConfigRepository`. */
  readonly config: { find(path: string): PhpEntry | undefined };
  /** Classes by their names: see `ClassFinder`. */
  readonly classes: { find(name: string): DeclaredClass | null | undefined };
  evaluate(expression: Expression, scope: Scope): PhpValue;
  /** Runs a whole file, whose functions and classes are declared first. Its value is 1 without `return`, as for `require`. */
  runFile(program: Block, scope: Scope): PhpValue;
  /** Runs statements. One that is not supported is left out where it is known what it would change, which is unknown from then on. */
  run(statements: Block, scope: Scope): Completion;
  /** Runs `work` without leaving anything out: what is not supported ends it. */
  guarded<T>(work: () => T): T;
  /** Runs `work` as if nothing were {@link guarded} around it. */
  unguarded<T>(work: () => T): T;
  /** Tells the operator something about the files; the same words count once. */
  warn(message: string): void;
  /** True for an error after which the evaluation may go on, with a part of it unknown. */
  isContained(error: unknown): error is PhpConfigError;
  /** Counts work; throws a PhpFault when the file has used up `limits.work`. */
  spend(units: number): void;
  /** Raw value of an environment variable, whose name is added to the trace. */
  readEnv(name: string): string | undefined;
}
