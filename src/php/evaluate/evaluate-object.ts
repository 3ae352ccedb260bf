import { Arguments } from "../builtins/arguments.ts";
import { isKindOf, isKnownException } from "../builtins/exception-classes.ts";
import { makeException } from "../builtins/exception-methods.ts";
import { typeName } from "../values/coercion.ts";
import { evaluateArguments } from "./call-arguments.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Expression } from "../parse/syntax.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** Expressions about objects: exceptions are the only ones that a file can make, cases of enums the only ones with properties. */
export function evaluateObject(
  expression: Of<"property"> | Of<"new"> | Of<"instanceof">,
  scope: Scope,
  machine: Machine,
): PhpValue {
  switch (expression.kind) {
    case "property":
      return readProperty(expression, scope, machine);
    case "new":
      return makeObject(expression, scope, machine);
    case "instanceof":
      return isInstance(machine.evaluate(expression.value, scope), expression.class, machine);
  }
}

function readProperty({ object, name, nullsafe }: Of<"property">, scope: Scope, machine: Machine): PhpValue {
  const value = machine.evaluate(object, scope);
  // PHP gives a warning and null for a property of null.
  if (value === null) return null;
  if (typeof value === "object" && !(value instanceof PhpArray) && value.kind === "enum") {
    if (name === "name") return value.name;
    if (name === "value" && value.value !== undefined) return value.value;
  }
  throw new PhpFault(
    `reading the property ${nullsafe ? "?->" : "->"}${name} of ${typeName(value)} is not supported`,
  );
}

function makeObject({ class: name, args }: Of<"new">, scope: Scope, machine: Machine): PhpValue {
  // A class of the application is taken for an exception where its name says so; what is thrown is only shown and caught.
  if (args === "placeholder" || (!isKnownException(name) && !/(?:Exception|Error)$/.test(name))) {
    throw new PhpFault(`new ${name} is not supported`);
  }
  const rules = { takesReference: () => false, isEnvironmentCall: false };
  const { positional, named } = evaluateArguments(args, rules, scope, machine);
  const values = [...positional];
  for (const [index, key] of ["message", "code", "previous"].entries()) {
    const value = named.get(key);
    if (value !== undefined) values[index] = value;
  }
  return makeException(name, new Arguments({ name, parameters: [] }, values, values, new Map()));
}

function isInstance(value: PhpValue, className: string, machine: Machine): boolean {
  if (typeof value !== "object" || value === null || value instanceof PhpArray) return false;
  const name = className.toLowerCase();
  switch (value.kind) {
    case "closure":
      return name === "closure";
    case "exception": {
      const answer = isKindOf(value.class, className, machine.declared);
      if (answer !== undefined) return answer;
      break;
    }
    case "collection":
      if (name === "illuminate\\support\\collection") return true;
      break;
    case "enum":
      if (name === value.class.toLowerCase() || name === "unitenum") return true;
      if (name === "backedenum") return value.value !== undefined;
      break;
    case "stringable":
      if (/^(?:illuminate\\support\\)?stringable$/.test(name)) return true;
      break;
    case "application":
      break;
  }
  throw new PhpFault(`whether this ${typeName(value)} is a ${className} is not known`);
}
