import { createRequire } from "node:module";
import type { EvaluateOptions } from "./evaluate/run-php-file.ts";
import type { PhpValue } from "./php-value.ts";

type Evaluation = typeof import("./evaluate/run-php-file.ts");

let loaded: Evaluation | undefined;

/**
 * The value that a PHP configuration file returns, without PHP: the file is parsed, and a small, closed part of the language is
 * evaluated. Of other files it sees those of the application and of `/run/secrets`, and no program is started. All strings and keys of the result are text (JavaScript strings), ints
 * are `bigint`, floats `number`; every entry has its {@link PhpOrigin}. For any input it ends after a bounded amount of work, with a
 * value or a {@link PhpConfigError} and no other error.
 *
 * An entry that cannot be evaluated is in the result as well: reading its `value` throws its {@link PhpConfigError}.
 */
export function evaluatePhpFile(source: string, options: EvaluateOptions): PhpValue {
  return (loaded ??= load()).runPhpFile(source, options);
}

/**
 * Loads the evaluation, a fifth of all sources, for the first PHP file: a server without one starts with 15 ms of CPU less on Bun and 25
 * on Deno. By `require`, as php-parser, since a configuration is read without `await`.
 */
function load(): Evaluation {
  if (typeof require === "function") return require("./evaluate/run-php-file.ts") as Evaluation;
  return createRequire(import.meta.url)("./evaluate/run-php-file.ts") as Evaluation;
}
