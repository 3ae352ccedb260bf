import { bindArguments } from "../builtins/arguments.ts";
import type { Builtin, Host } from "../builtins/builtin.ts";
import { applicationMethods } from "../builtins/application.ts";
import { classes, functions } from "../builtins/catalogue.ts";
import { collectionMethods } from "../builtins/collection.ts";
import { envMethods } from "../builtins/environment.ts";
import { toText } from "../values/byte-string.ts";
import { toStr, typeName } from "../values/coercion.ts";
import { constant } from "./constants.ts";
import type { Machine } from "./machine.ts";
import { PhpConfigError, PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { CallArguments, Expression } from "../parse/syntax.ts";

type Call = Extract<Expression, { kind: "call" | "static-call" | "method-call" }>;

/** Arguments after evaluation. */
interface Given {
  readonly positional: readonly PhpValue[];
  readonly named: ReadonlyMap<string, PhpValue>;
}

/** A call of a known function or method, or of a value that is a function. */
export function evaluateCall(call: Call, scope: Scope, machine: Machine): PhpValue {
  if (call.kind === "call" && typeof call.callee === "string" && call.callee.toLowerCase() === "compact") {
    return compact(call.args, scope, machine, call.line);
  }
  const object = call.kind === "method-call" ? machine.evaluate(call.object, scope) : undefined;
  if (call.kind === "method-call" && call.nullsafe && object === null) return null;
  const target = resolve(call, object, scope, machine);
  if (call.args === "placeholder") {
    const { line } = call;
    return { kind: "closure", invoke: (positional) => target({ positional, named: new Map() }, line, true) };
  }
  return target(evaluateArguments(call.args, scope, machine, isEnvironmentCall(call)), call.line, false);
}

/** `env(…)` and `Env::get(…)`. */
function isEnvironmentCall(call: Call): boolean {
  if (call.kind === "call") return typeof call.callee === "string" && call.callee.toLowerCase() === "env";
  return call.kind === "static-call" && call.method.toLowerCase() === "get" &&
    classes.get(call.class.toLowerCase()) === envMethods;
}

type Target = (given: Given, line: number, callback: boolean) => PhpValue;

function resolve(call: Call, object: PhpValue | undefined, scope: Scope, machine: Machine): Target {
  switch (call.kind) {
    case "call":
      return typeof call.callee === "string"
        ? builtinTarget(functionNamed(call.callee), [], machine)
        : valueTarget(machine.evaluate(call.callee, scope), machine);
    case "static-call":
      return builtinTarget(methodNamed(call.class, call.method), [], machine);
    case "method-call": {
      const methods = object === null || typeof object !== "object" || object instanceof PhpArray
        ? undefined
        : object.kind === "collection"
        ? collectionMethods
        : object.kind === "application"
        ? applicationMethods
        : undefined;
      const method = methods?.get(call.method.toLowerCase());
      if (method === undefined) {
        throw new PhpFault(
          `call to "->${readable(call.method)}()" on ${typeName(object ?? null)} is not supported`,
        );
      }
      return builtinTarget(method, [object ?? null], machine);
    }
  }
}

function functionNamed(name: string): Builtin {
  const found = functions.get(name.toLowerCase());
  if (found === undefined) throw new PhpFault(`call to "${readable(name)}()" is not supported`);
  return found;
}

function methodNamed(className: string, method: string): Builtin {
  const found = classes.get(className.toLowerCase())?.get(method.toLowerCase());
  if (found === undefined) {
    throw new PhpFault(`call to "${readable(className)}::${readable(method)}()" is not supported`);
  }
  return found;
}

function builtinTarget(builtin: Builtin, first: readonly PhpValue[], machine: Machine): Target {
  return ({ positional, named }, line, callback) => {
    const args = bindArguments(builtin, [...first, ...positional], named, callback);
    for (const value of positional) machine.spend(cost(value));
    const result = builtin.run(args, hostFor(machine, line));
    machine.spend(cost(result));
    return result;
  };
}

function valueTarget(callee: PhpValue, machine: Machine): Target {
  return ({ positional, named }, line) => {
    if (named.size > 0) throw new PhpFault("named arguments for a closure are not supported");
    return callValue(callee, positional, machine, line);
  };
}

function callValue(callee: PhpValue, args: readonly PhpValue[], machine: Machine, line: number): PhpValue {
  machine.spend(1);
  const given = { positional: args, named: new Map<string, PhpValue>() };
  if (typeof callee === "string") {
    const [name = "", method] = callee.replace(/^\\/, "").split("::");
    const found = method === undefined ? functionNamed(name) : methodNamed(name, method);
    return builtinTarget(found, [], machine)(given, line, true);
  }
  if (callee instanceof PhpArray && callee.size === 2) {
    const owner = callee.get(0) ?? null;
    const method = toStr(callee.get(1) ?? null);
    if (typeof owner === "string") {
      return builtinTarget(methodNamed(owner.replace(/^\\/, ""), method), [], machine)(given, line, true);
    }
  }
  if (typeof callee === "object" && callee !== null && "invoke" in callee) return callee.invoke(args);
  throw new PhpFault(`${typeName(callee)} cannot be called`);
}

function hostFor(machine: Machine, line: number): Host {
  return {
    settings: machine.settings,
    origin: { line, env: machine.trace.names },
    env: (name) => machine.readEnv(name),
    constant: (name) => constant(name, machine.settings),
    knows: (name) => functions.has(name.toLowerCase()),
    call: (callee, args) => callValue(callee, args, machine, line),
    traced: (work) => machine.trace.during(work),
    spend: (units) => machine.spend(units),
  };
}

function evaluateArguments(
  args: Exclude<CallArguments, "placeholder">,
  scope: Scope,
  machine: Machine,
  environmentCall = false,
): Given {
  const positional: PhpValue[] = [];
  const named = new Map<string, PhpValue>();
  for (const argument of args) {
    const value = environmentCall && isSet(positional[0], machine)
      ? evaluateUnneeded(argument.value, scope, machine)
      : machine.evaluate(argument.value, scope);
    if (argument.name !== undefined) {
      named.set(argument.name, value);
    } else if (!argument.spread) {
      positional.push(value);
    } else {
      if (!(value instanceof PhpArray)) throw new PhpFault(`cannot spread ${typeName(value)} into arguments`);
      machine.spend(value.size);
      for (const [key, entry] of value.entries()) {
        if (typeof key === "string") named.set(key, entry.value);
        else positional.push(entry.value);
      }
    }
  }
  return { positional, named };
}

/** Whether a name is that of an environment variable that is set. */
function isSet(name: PhpValue | undefined, machine: Machine): boolean {
  const text = typeof name === "string" ? toText(name) : undefined;
  return text !== undefined && machine.settings.env(text) !== undefined;
}

/** The default for a variable that is set. PHP evaluates it too; one that cannot be evaluated here does no harm. */
function evaluateUnneeded(expression: Expression, scope: Scope, machine: Machine): PhpValue {
  try {
    return machine.evaluate(expression, scope);
  } catch (error) {
    if (error instanceof PhpConfigError) return null;
    throw error;
  }
}

function compact(args: CallArguments, scope: Scope, machine: Machine, line: number): PhpValue {
  if (args === "placeholder") throw new PhpFault(`"compact(...)" is not supported`);
  const builder = new PhpArrayBuilder();
  const add = (name: PhpValue): void => {
    if (name instanceof PhpArray) {
      for (const inner of name.values()) add(inner);
      return;
    }
    const variable = scope.get(toStr(name));
    if (variable === undefined) return;
    machine.trace.add(variable.env);
    builder.set(toStr(name), { value: variable.value, origin: { line, env: variable.env } });
  };
  for (const name of evaluateArguments(args, scope, machine).positional) add(name);
  return builder.build();
}

function cost(value: PhpValue): number {
  if (typeof value === "string") return value.length >> 6;
  return value instanceof PhpArray ? value.weight : 0;
}

/** The text of a name, which is a byte string here, for a message. */
function readable(name: string): string {
  return toText(name) ?? name;
}
