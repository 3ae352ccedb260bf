import { toText } from "../values/byte-string.ts";
import { ChangedCollections } from "../values/changed-collections.ts";
import { ClassFinder } from "./class-finder.ts";
import { ConfigRepository } from "./config-repository.ts";
import { Declarations } from "./declarations.ts";
import { EnvTrace } from "./env-trace.ts";
import { evaluateExpression } from "./evaluate-expression.ts";
import { FileAccess } from "./file-access.ts";
import type { PhpFiles } from "../php-files.ts";
import { limits } from "../limits.ts";
import type { Machine, Settings } from "./machine.ts";
import { PhpConfigError, PhpFault, PhpLimit } from "../php-config-error.ts";
import { PhpThrow } from "../php-throw.ts";
import { runStatement } from "./run-statement.ts";
import type { Scope } from "./scope.ts";
import { writtenBy } from "./written-variables.ts";
import type { Block, Statement } from "../parse/syntax.ts";

/** Work of one error: making it takes as long as many nodes, and a loop may go on after it. */
const errorCost = 50;

/** What a machine is made from. */
export interface MachineParts {
  readonly settings: Settings;
  /** Name of the file that is evaluated. */
  readonly file: string;
  readonly files: PhpFiles | undefined;
  /** Hears of statements that were left out, and of values that Laravel has not read yet. */
  readonly warn: (message: string) => void;
}

/** What evaluates one file. */
export function createMachine({ settings, file, files, warn }: MachineParts): Machine {
  const trace = new EnvTrace();
  let work = 0, depth = 0, guards = 0;
  let config: ConfigRepository | undefined, classes: ClassFinder | undefined;

  /** Runs one node. A fault gets the place of the innermost node that is being evaluated. */
  function at<T>(line: number, scope: Scope, visit: () => T): T {
    machine.spend(1);
    if (++depth > 2 * limits.depth) throw new PhpLimit("the code is nested too deeply");
    try {
      return visit();
    } catch (error) {
      if (error instanceof PhpThrow && error.place === undefined) {
        error.place = { file: scope.file.name, line };
        machine.spend(errorCost);
      }
      if (!(error instanceof PhpFault)) throw error;
      if (!(error instanceof PhpLimit)) machine.spend(errorCost);
      const kind = error instanceof PhpLimit ? "limit" : "unsupported";
      throw new PhpConfigError(scope.file.name, line, kind, toText(error.message) ?? error.message, error);
    } finally {
      depth--;
    }
  }

  /** Goes on after a statement that cannot be evaluated, where it is known what it would have changed. */
  function leaveOut(statement: Statement, error: unknown, scope: Scope, mark: number): void {
    if (!machine.isContained(error)) throw error;
    machine.collections.spoil(mark, error);
    const written = writtenBy(statement, machine.declared);
    machine.spend(written?.size ?? 0);
    if (written === undefined) throw statement.kind === "return" ? error : decisive(error);
    for (const name of written) scope.forget(name, error);
    if (statement.kind === "expression" && statement.expression.kind !== "assign") {
      warn(`${error.file}:${error.line}: ${error.reason}, and the statement is left out`);
    }
  }

  const machine: Machine = {
    trace,
    settings,
    declared: new Declarations(),
    collections: new ChangedCollections(),
    files: new FileAccess(files, settings.basePath),
    get config() {
      return config ??= new ConfigRepository(file, machine);
    },
    get classes() {
      return classes ??= new ClassFinder(machine);
    },
    warn,
    evaluate: (expression, scope) =>
      at(expression.line, scope, () => evaluateExpression(expression, scope, machine)),
    runFile: (program, scope) => {
      machine.run(program.filter(({ kind }) => kind === "function" || kind === "class"), scope);
      const completion = machine.run(program, scope);
      return completion.kind === "return" ? completion.value : 1n;
    },
    run: (statements: Block, scope) => {
      for (const statement of statements) {
        const { mark } = machine.collections;
        try {
          const completion = at(statement.line, scope, () => runStatement(statement, scope, machine));
          if (completion.kind !== "end") return completion;
        } catch (error) {
          leaveOut(statement, error, scope, mark);
        }
      }
      return { kind: "end" };
    },
    guarded: (work) => {
      guards++;
      try {
        return work();
      } finally {
        guards--;
      }
    },
    unguarded: (work) => {
      const outer = guards;
      guards = 0;
      try {
        return work();
      } finally {
        guards = outer;
      }
    },
    isContained: (error): error is PhpConfigError =>
      error instanceof PhpConfigError && error.kind === "unsupported" && guards === 0,
    spend: (units) => {
      work += units;
      if (work > limits.work) throw new PhpLimit("the file does too much work to be evaluated");
    },
    readEnv: (name) => {
      const text = toText(name);
      if (text === undefined) return undefined;
      trace.add([text]);
      return settings.env(text);
    },
  };
  return machine;
}

/** The error for a statement whose outcome the rest of the file depends on. */
function decisive({ file, line, kind, reason }: PhpConfigError): PhpConfigError {
  const more = "; what the rest of the file does depends on it";
  return new PhpConfigError(file, line, kind, reason.endsWith(more) ? reason : reason + more);
}
