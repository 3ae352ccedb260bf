import { toBytes, toText } from "./values/byte-string.ts";
import { EnvTrace } from "./evaluate/env-trace.ts";
import { evaluateExpression } from "./evaluate/evaluate-expression.ts";
import { limits } from "./limits.ts";
import type { Completion, Machine } from "./evaluate/machine.ts";
import { PhpConfigError, PhpFault } from "./php-config-error.ts";
import type { PhpValue } from "./php-value.ts";
import { readProgram } from "./parse/read-program.ts";
import { runStatement } from "./evaluate/run-statement.ts";
import { Scope } from "./evaluate/scope.ts";
import { textValue } from "./values/text-value.ts";

/** What a configuration file may ask about its surroundings. */
export interface EvaluateOptions {
  /** Name for messages, relative to `basePath`: `config/reverb.php`. */
  readonly file: string;
  /** Raw value of an environment variable as `.env` or the process has it, `undefined` when it is not set. */
  readonly env: (name: string) => string | undefined;
  /** The Laravel application's folder, absolute. */
  readonly basePath: string;
  /** Value of `PHP_OS_FAMILY`; `Linux` when left out. */
  readonly osFamily?: string;
  /** Answer of `gethostname()`; `localhost` when left out. */
  readonly hostname?: string;
}

/**
 * The value that a PHP configuration file returns, without PHP: the file is parsed, and a small, closed part of the language is
 * evaluated. No other file is read, and no program is started. All strings and keys of the result are text (JavaScript strings), ints
 * are `bigint`, floats `number`; every entry has its {@link PhpOrigin}. For any input it ends after a bounded amount of work, with a
 * value or a {@link PhpConfigError} and no other error.
 */
export function evaluatePhpFile(source: string, options: EvaluateOptions): PhpValue {
  const { file } = options;
  const basePath = toBytes(options.basePath.replace(/[\\/]+$/, ""));
  const position = { line: 1 };
  try {
    const path = file.startsWith("/") ? toBytes(file) : `${basePath}/${toBytes(file)}`;
    const program = readProgram(toBytes(source.replace(/^\ufeff/, "")), file, path);
    const machine = createMachine(options, basePath, position);
    const completion = machine.run(program, new Scope());
    // PHP's `require` gives 1 for a file without `return`.
    return textValue(completion.kind === "return" ? completion.value : 1n, file, position.line);
  } catch (error) {
    if (error instanceof PhpConfigError) throw error;
    const reason = error instanceof PhpFault
      ? error.message
      : error instanceof RangeError
      ? "the code is nested too deeply"
      : "the code is not understood";
    throw new PhpConfigError(file, position.line, reason, error);
  }
}

function createMachine(options: EvaluateOptions, basePath: string, position: { line: number }): Machine {
  const trace = new EnvTrace();
  let work = 0;
  let depth = 0;
  /** Runs one node. A fault gets the line of the innermost node that is being evaluated. */
  function at<T>(line: number, visit: () => T): T {
    position.line = line;
    machine.spend(1);
    if (++depth > 2 * limits.depth) throw new PhpFault("the code is nested too deeply");
    try {
      return visit();
    } catch (error) {
      if (!(error instanceof PhpFault)) throw error;
      throw new PhpConfigError(options.file, line, toText(error.message) ?? error.message, error);
    } finally {
      depth--;
    }
  }
  const machine: Machine = {
    trace,
    settings: {
      env: (name) => {
        const value = options.env(name);
        return value === undefined ? undefined : toBytes(value);
      },
      basePath,
      osFamily: toBytes(options.osFamily ?? "Linux"),
      hostname: toBytes(options.hostname ?? "localhost"),
    },
    evaluate: (expression, scope) =>
      at(expression.line, () => evaluateExpression(expression, scope, machine)),
    run: (statements, scope): Completion => {
      for (const statement of statements) {
        const completion = at(statement.line, () => runStatement(statement, scope, machine));
        if (completion.kind !== "end") return completion;
      }
      return { kind: "end" };
    },
    spend: (units) => {
      work += units;
      if (work > limits.work) throw new PhpFault("the file does too much work to be evaluated");
    },
    readEnv: (name) => {
      const text = toText(name);
      if (text === undefined) return undefined;
      trace.add([text]);
      return machine.settings.env(text);
    },
  };
  return machine;
}
