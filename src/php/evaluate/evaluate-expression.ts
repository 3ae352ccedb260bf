import { calculate, complement, concatenate } from "../values/arithmetic.ts";
import { throwable } from "../builtins/exception-methods.ts";
import { assign, destructure, step } from "./assign.ts";
import { castTo } from "../values/cast.ts";
import { toBool, toStr } from "../values/coercion.ts";
import { compare, identical, looselyEqual } from "../values/comparison.ts";
import { classConstantOf, constantOf } from "./constants.ts";
import { makeClosure } from "./call-function.ts";
import { evaluateCall } from "./evaluate-call.ts";
import { evaluateObject } from "./evaluate-object.ts";
import { includeFile } from "./include-file.ts";
import { isEmpty, isSet, lookUp, lookUpQuietly, makeArray } from "./evaluate-array.ts";
import { allowString } from "../limits.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import type { PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { BinaryOperator, Expression, PrefixOperator } from "../parse/syntax.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** The value of one expression. Throws a {@link PhpFault} for what PHP refuses or what is not supported. */
export function evaluateExpression(expression: Expression, scope: Scope, machine: Machine): PhpValue {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return evaluateTemplate(expression, scope, machine);
    case "array":
      return makeArray(expression, scope, machine);
    case "variable":
      return readVariable(expression.name, scope, machine);
    case "constant": {
      const value = constantOf(expression.name, machine);
      return value === undefined ? refuse(`constant "${expression.name}" is not known`) : value;
    }
    case "class-constant": {
      const value = classConstantOf(expression.class, expression.name, machine);
      const name = `${expression.class}::${expression.name}`;
      return value === undefined ? refuse(`constant "${name}" is not known`) : value;
    }
    case "index":
      return lookUp(expression, scope, machine);
    case "prefix":
      return applyPrefix(expression.operator, machine.evaluate(expression.operand, scope));
    case "binary":
      return evaluateBinary(expression, scope, machine);
    case "conditional": {
      const test = machine.evaluate(expression.test, scope);
      if (!toBool(test)) return machine.evaluate(expression.otherwise, scope);
      return expression.then === undefined ? test : machine.evaluate(expression.then, scope);
    }
    case "cast":
      return castTo(
        expression.to,
        machine.evaluate(expression.operand, scope),
        scope.origin(expression.line, machine.trace.names),
      );
    case "match":
      return evaluateMatch(expression, scope, machine);
    case "isset":
      return expression.targets.every((target) => isSet(target, scope, machine));
    case "empty":
      return isEmpty(expression.target, scope, machine);
    case "assign":
      return assign(expression, scope, machine);
    case "step":
      return step(expression, scope, machine);
    case "destructure": {
      const { value, env } = machine.trace.during(() => machine.evaluate(expression.value, scope));
      destructure(expression.pattern, { value, origin: scope.origin(expression.line, env) }, scope, machine);
      return value;
    }
    case "reference":
      scope.bind(expression.name, scope.cell(expression.other));
      return scope.get(expression.name)?.value ?? null;
    case "closure":
      return makeClosure(expression.closure, scope, machine);
    case "call":
    case "static-call":
    case "method-call":
      return evaluateCall(expression, scope, machine);
    case "property":
    case "new":
    case "instanceof":
      return evaluateObject(expression, scope, machine);
    case "throw":
      throw throwable(machine.evaluate(expression.value, scope));
    case "print":
      // What it prints is not part of the configuration.
      machine.evaluate(expression.value, scope);
      return 1n;
    case "exit":
      return refuse("exit, which is reached, is not supported");
    case "include":
      return includeFile(expression, scope, machine);
    case "unsupported":
      return refuse(`${expression.what} is not supported`);
  }
}

function refuse(reason: string): never {
  throw new PhpFault(reason);
}

function readVariable(name: string, scope: Scope, machine: Machine): PhpValue {
  const variable = scope.get(name);
  // For a variable that was never assigned PHP gives a warning and null.
  if (variable === undefined) {
    return name === "_ENV" || name === "_SERVER" || name === "GLOBALS"
      ? refuse(`$${name} as a whole is not supported`)
      : null;
  }
  machine.trace.add(variable.env);
  return variable.value;
}

function evaluateTemplate(expression: Of<"template">, scope: Scope, machine: Machine): string {
  let text = "";
  for (const part of expression.parts) {
    text += toStr(machine.evaluate(part, scope));
    allowString(text.length);
  }
  return text;
}

function applyPrefix(operator: PrefixOperator, operand: PhpValue): PhpValue {
  switch (operator) {
    case "!":
      return !toBool(operand);
    case "-":
      return calculate("*", operand, -1n);
    case "+":
      return calculate("*", operand, 1n);
    case "~":
      return complement(operand);
    case "@":
      return operand;
  }
}

function evaluateBinary(expression: Of<"binary">, scope: Scope, machine: Machine): PhpValue {
  const right = (): PhpValue => machine.evaluate(expression.right, scope);
  if (expression.operator === "??") return lookUpQuietly(expression.left, scope, machine) ?? right();
  const left = machine.evaluate(expression.left, scope);
  if (expression.operator === "&&") return toBool(left) && toBool(right());
  if (expression.operator === "||") return toBool(left) || toBool(right());
  return applyBinary(expression.operator, left, right());
}

function applyBinary(
  operator: Exclude<BinaryOperator, "&&" | "||" | "??">,
  left: PhpValue,
  right: PhpValue,
): PhpValue {
  switch (operator) {
    case "xor":
      return toBool(left) !== toBool(right);
    case ".":
      return concatenate(left, right);
    case "==":
      return looselyEqual(left, right);
    case "!=":
      return !looselyEqual(left, right);
    case "===":
      return identical(left, right);
    case "!==":
      return !identical(left, right);
    case "<":
      return compare(left, right) < 0;
    case "<=":
      return compare(left, right) <= 0;
    // PHP swaps the operands of these two, which matters for values that cannot be compared.
    case ">":
      return compare(right, left) < 0;
    case ">=":
      return compare(right, left) <= 0;
    case "<=>":
      return BigInt(compare(left, right));
    default:
      return calculate(operator, left, right);
  }
}

function evaluateMatch(expression: Of<"match">, scope: Scope, machine: Machine): PhpValue {
  const subject = machine.evaluate(expression.subject, scope);
  for (const arm of expression.arms) {
    if (arm.conditions?.some((condition) => identical(subject, machine.evaluate(condition, scope)))) {
      return machine.evaluate(arm.body, scope);
    }
  }
  const fallback = expression.arms.find((arm) => arm.conditions === undefined);
  if (fallback !== undefined) return machine.evaluate(fallback.body, scope);
  throw raise("UnhandledMatchError", "no arm of match fits the value");
}
