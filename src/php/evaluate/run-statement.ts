import { runAssignment, unset } from "./assign.ts";
import { toBool } from "../values/coercion.ts";
import type { Completion, Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { runForeach } from "./run-foreach.ts";
import { runLoop, runSwitch } from "./run-loop.ts";
import { runTry } from "./run-try.ts";
import { type Scope, VariableCell } from "./scope.ts";
import type { Statement } from "../parse/syntax.ts";

const end: Completion = { kind: "end" };

/** Runs one statement. Throws a {@link PhpFault} for what is not supported, and a `PhpThrow` for what PHP refuses. */
export function runStatement(statement: Statement, scope: Scope, machine: Machine): Completion {
  switch (statement.kind) {
    case "expression":
      if (statement.expression.kind === "assign") runAssignment(statement.expression, scope, machine);
      else machine.trace.apart(() => machine.evaluate(statement.expression, scope));
      return end;
    case "echo":
      // What it prints is not part of the configuration.
      for (const value of statement.values) machine.trace.apart(() => machine.evaluate(value, scope));
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
    case "while":
    case "do":
    case "for":
      return runLoop(statement, scope, machine);
    case "switch":
      return runSwitch(statement, scope, machine);
    case "try":
      return runTry(statement, scope, machine);
    case "unset":
      for (const target of statement.targets) unset(target, scope, machine);
      return end;
    case "break":
    case "continue":
      return { kind: statement.kind, levels: statement.levels };
    case "const":
      machine.declared.addConstant(statement.name, machine.evaluate(statement.value, scope));
      return end;
    case "function": {
      const { name, function: syntax } = statement;
      machine.declared.addFunction({ name, syntax, file: scope.file });
      return end;
    }
    case "class":
      machine.declared.addClass(statement.class, scope.file);
      return end;
    case "static":
      return runStatic(statement, scope, machine);
    case "unsupported":
      throw new PhpFault(`${statement.what} is not supported`);
  }
}

/** `static $name = value;`: the value is evaluated at the first time only. */
function runStatic(
  statement: Extract<Statement, { kind: "static" }>,
  scope: Scope,
  machine: Machine,
): Completion {
  // Each closure has its own.
  const statics = scope.statics ?? machine.declared.statics;
  let cell = statics.get(statement);
  if (cell === undefined) {
    const { value } = statement;
    cell = new VariableCell(
      machine.trace.apart(() => value === undefined ? null : machine.evaluate(value, scope)),
    );
    statics.set(statement, cell);
  }
  scope.bind(statement.name, cell);
  return end;
}
