import { coerceTo } from "./coerce-type.ts";
import type { DeclaredFunction } from "./declarations.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import type { MoreArguments } from "../php-object.ts";
import { type Cell, PhpArray, type PhpClosure, type PhpValue } from "../php-value.ts";
import { Scope } from "./scope.ts";
import type { FunctionSyntax, ParameterSyntax } from "../parse/syntax.ts";

/** What a function written in PHP is called with. */
export interface GivenValues extends MoreArguments<PhpValue> {
  readonly positional: readonly PhpValue[];
}

/** A function value, with the variables that it takes in at this moment: copies, or the variables themselves where `use (&$name)` says so. */
export function makeClosure(syntax: FunctionSyntax, scope: Scope, machine: Machine): PhpClosure {
  machine.spend(scope.size);
  const captured = capture(syntax, scope), statics = new WeakMap<object, Cell>();
  return {
    kind: "closure",
    takesReference: (index) => takesReference(syntax, index),
    invoke: (positional, more) => {
      machine.spend(captured.size);
      const local = captured.copy();
      local.statics = statics;
      for (const use of syntax.uses === "all" ? [] : syntax.uses) {
        if (use.byReference) local.bind(use.name, captured.cell(use.name));
      }
      return run(syntax, "the function", { positional, ...more }, local, machine);
    },
  };
}

/** Calls a function that has a name. */
export function callDeclared(declared: DeclaredFunction, given: GivenValues, machine: Machine): PhpValue {
  return run(declared.syntax, `${declared.name}()`, given, new Scope(declared.file), machine);
}

/** Whether the parameter at an index takes a reference. */
export function takesReference({ parameters }: FunctionSyntax, index: number): boolean {
  const last = parameters.at(-1);
  return (parameters[index] ?? (last?.variadic ? last : undefined))?.byReference === true;
}

function capture({ uses }: FunctionSyntax, scope: Scope): Scope {
  if (uses === "all") return scope.copy();
  const captured = new Scope(scope.file);
  for (const { name, byReference } of uses) {
    const variable = scope.get(name);
    if (byReference) captured.bind(name, scope.cell(name));
    else if (variable !== undefined) captured.set(name, variable);
  }
  return captured;
}

function run(
  syntax: FunctionSyntax,
  name: string,
  given: GivenValues,
  local: Scope,
  machine: Machine,
): PhpValue {
  if (syntax.isGenerator) throw new PhpFault("a generator (yield) is not supported");
  local.arguments = given.positional;
  for (const [index, parameter] of syntax.parameters.entries()) {
    bind(parameter, index, name, given, local, machine);
  }
  for (const key of given.named?.keys() ?? []) {
    if (syntax.parameters.some((parameter) => parameter.name === key || parameter.variadic)) continue;
    throw raise("Error", `${name} has no parameter $${key}`, `Unknown named parameter $${key}`);
  }
  const completion = machine.run(syntax.body, local);
  const value = completion.kind === "return" ? completion.value : null;
  return coerceTo(syntax.returns, value, `the value of ${name}`);
}

function bind(
  parameter: ParameterSyntax,
  index: number,
  name: string,
  { positional, named, cells }: GivenValues,
  local: Scope,
  machine: Machine,
): void {
  const { type, fallback } = parameter, what = `$${parameter.name} of ${name}`;
  if (parameter.variadic) {
    const env = machine.trace.names;
    const values = positional.slice(index).map((value) => coerceTo(type, value, what));
    const origin = local.origin(fallback?.line ?? 1, env);
    return local.set(parameter.name, { value: PhpArray.list(values, origin), env });
  }
  const cell = parameter.byReference ? cells?.get(index) : undefined;
  if (cell !== undefined) {
    const { value = null, env = [] } = cell.variable ?? {}, converted = coerceTo(type, value, what);
    if (converted !== value) cell.set({ value: converted, env });
    return local.bind(parameter.name, cell);
  }
  const given = index < positional.length ? positional[index] : named?.get(parameter.name);
  if (given !== undefined) {
    // `int $x = null` takes null as well. The variables behind the arguments were counted when the arguments were evaluated.
    const mayBeNull = given === null && fallback?.kind === "constant" &&
      fallback.name.toLowerCase() === "null";
    return local.set(parameter.name, { value: mayBeNull ? null : coerceTo(type, given, what), env: [] });
  }
  if (fallback === undefined) {
    throw raise("ArgumentCountError", `too few arguments: $${parameter.name} is missing`);
  }
  const value = machine.evaluate(fallback, local);
  local.set(parameter.name, { value: value === null ? null : coerceTo(type, value, what), env: [] });
}
