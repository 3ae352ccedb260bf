import { unset } from "./assign.ts";
import { toBool, typeName } from "../values/coercion.ts";
import type { Completion, Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Statement } from "../parse/syntax.ts";

const end: Completion = { kind: "end" };

/** Runs one statement. Throws a {@link PhpFault} for what PHP refuses or what is not supported. */
export function runStatement(statement: Statement, scope: Scope, machine: Machine): Completion {
  switch (statement.kind) {
    case "expression":
      machine.trace.apart(() => machine.evaluate(statement.expression, scope));
      return end;
    case "return": {
      const value = statement.value === undefined ? null : machine.evaluate(statement.value, scope);
      return { kind: "return", value };
    }
    case "if": {
      const taken = toBool(machine.evaluate(statement.test, scope)) ? statement.then : statement.otherwise;
      return machine.run(taken, scope);
    }
    case "foreach":
      return runForeach(statement, scope, machine);
    case "unset":
      for (const target of statement.targets) unset(target, scope, machine);
      return end;
    case "break":
    case "continue":
      return { kind: statement.kind };
    case "unsupported":
      throw new PhpFault(`${statement.what} is not supported`);
  }
}

function runForeach(
  statement: Extract<Statement, { kind: "foreach" }>,
  scope: Scope,
  machine: Machine,
): Completion {
  const { value: subject, env } = machine.trace.apart(() => machine.evaluate(statement.subject, scope));
  const array = subject !== null && typeof subject === "object" && !(subject instanceof PhpArray) &&
      subject.kind === "collection"
    ? subject.items
    : subject;
  if (!(array instanceof PhpArray)) throw new PhpFault(`foreach needs an array, not ${typeName(subject)}`);
  for (const [key, entry] of array.entries()) {
    machine.spend(1);
    scope.set(statement.value, { value: entry.value, env: entry.origin.env });
    if (statement.key !== undefined) scope.set(statement.key, { value: key, env });
    const completion = machine.run(statement.body, scope);
    if (completion.kind === "return") return completion;
    if (completion.kind === "break") return end;
  }
  return end;
}
