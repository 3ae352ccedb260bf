import { isKindOf } from "../builtins/exception-classes.ts";
import type { Completion, Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpThrow } from "../php-throw.ts";
import type { Scope } from "./scope.ts";
import type { CatchClause, Statement } from "../parse/syntax.ts";

/**
 * `try … catch … finally`. Where something in it is not supported, it is not known whether PHP would throw there: then the whole
 * statement cannot be evaluated, and no `catch` is taken.
 */
export function runTry(
  statement: Extract<Statement, { kind: "try" }>,
  scope: Scope,
  machine: Machine,
): Completion {
  let completion: Completion;
  try {
    completion = machine.guarded(() => machine.run(statement.body, scope));
  } catch (error) {
    if (!(error instanceof PhpThrow)) throw error;
    try {
      completion = runCatch(statement.catches, error, scope, machine);
    } catch (later) {
      if (!(later instanceof PhpThrow)) throw later;
      const always = machine.run(statement.always, scope);
      if (always.kind === "end") throw later;
      return always;
    }
  }
  const always = machine.run(statement.always, scope);
  return always.kind === "end" ? completion : always;
}

/** Runs the first `catch` that takes the exception; throws it again when none does. */
function runCatch(
  clauses: readonly CatchClause[],
  thrown: PhpThrow,
  scope: Scope,
  machine: Machine,
): Completion {
  for (const { classes, variable, body } of clauses) {
    const answers = classes.map((name) => isKindOf(thrown.exception.class, name, machine.declared));
    if (!answers.includes(true)) {
      if (!answers.includes(undefined)) continue;
      throw new PhpFault(`whether ${thrown.exception.class} is a ${classes.join("|")} is not known`);
    }
    if (variable !== undefined) scope.set(variable, { value: thrown.exception, env: machine.trace.names });
    return machine.run(body, scope);
  }
  throw thrown;
}
