import { placeOf, readPlace, writePlace } from "./assign.ts";
import { toText } from "../values/byte-string.ts";
import { typeName } from "../values/coercion.ts";
import type { Machine } from "./machine.ts";
import { PhpConfigError } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { type Cell, PhpArray, type PhpValue } from "../php-value.ts";
import { type Scope, VariableCell } from "./scope.ts";
import type { CallArgument, Expression } from "../parse/syntax.ts";

/** Arguments after evaluation. */
export interface Given {
  readonly positional: readonly PhpValue[];
  readonly named: ReadonlyMap<string, PhpValue>;
  /** The variables of arguments that are given by reference, by their index. */
  readonly cells: ReadonlyMap<number, Cell>;
}

/** How the arguments of a call are evaluated. */
export interface ArgumentRules {
  readonly takesReference: (index: number) => boolean;
  /** True for `env(name, default)`, whose default is not needed where the variable is set. */
  readonly isEnvironmentCall: boolean;
}

/** Evaluates the arguments of a call, from left to right. */
export function evaluateArguments(
  args: readonly CallArgument[],
  rules: ArgumentRules,
  scope: Scope,
  machine: Machine,
): Given {
  const positional: PhpValue[] = [];
  const named = new Map<string, PhpValue>();
  const cells = new Map<number, Cell>();
  for (const { name, value: expression, spread } of args) {
    const index = positional.length;
    if (name === undefined && !spread && isPlace(expression) && rules.takesReference(index)) {
      const cell = cellOf(expression, scope, machine);
      cells.set(index, cell);
      positional.push(cell.variable?.value ?? null);
      continue;
    }
    const value = rules.isEnvironmentCall && isSet(positional[0], machine)
      ? evaluateUnneeded(expression, scope, machine)
      : machine.evaluate(expression, scope);
    if (name !== undefined) named.set(name, value);
    else if (!spread) positional.push(value);
    else spreadInto(value, positional, named, machine);
  }
  return { positional, named, cells };
}

function spreadInto(
  value: PhpValue,
  positional: PhpValue[],
  named: Map<string, PhpValue>,
  machine: Machine,
): void {
  if (!(value instanceof PhpArray)) throw raise("Error", `cannot spread ${typeName(value)} into arguments`);
  machine.spend(value.size);
  for (const [key, entry] of value.entries()) {
    if (typeof key === "string") named.set(key, entry.value);
    else positional.push(entry.value);
  }
}

function isPlace(expression: Expression): boolean {
  return expression.kind === "variable" || expression.kind === "index";
}

/** The variable that is given by reference, or a cell that stands for a place inside an array. */
function cellOf(expression: Expression, scope: Scope, machine: Machine): Cell {
  const place = placeOf(expression, scope, machine);
  const before = readPlace(place, scope, machine);
  if (place.keys.length === 0) return scope.cell(place.name);
  return new VariableCell(
    before,
    ({ value, env }) =>
      writePlace(place, { value, origin: scope.origin(expression.line, env) }, scope, machine),
  );
}

/** Whether a name is that of an environment variable that is set. */
function isSet(name: PhpValue | undefined, machine: Machine): boolean {
  const text = typeof name === "string" ? toText(name) : undefined;
  return text !== undefined && machine.settings.env(text) !== undefined;
}

/** The default for a variable that is set. PHP evaluates it too; one that is not supported here does no harm. */
function evaluateUnneeded(expression: Expression, scope: Scope, machine: Machine): PhpValue {
  try {
    return machine.evaluate(expression, scope);
  } catch (error) {
    if (error instanceof PhpConfigError && error.kind === "unsupported") return null;
    throw error;
  }
}
