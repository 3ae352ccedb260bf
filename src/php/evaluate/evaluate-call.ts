import { classes } from "../builtins/catalogue.ts";
import { envMethods } from "../builtins/environment.ts";
import { toStr } from "../values/coercion.ts";
import { evaluateArguments } from "./call-arguments.ts";
import {
  type Caller,
  functionTarget,
  methodTarget,
  staticTarget,
  type Target,
  valueTarget,
} from "./call-target.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, PhpArrayBuilder, type PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Expression } from "../parse/syntax.ts";

type Call = Extract<Expression, { kind: "call" | "static-call" | "method-call" }>;

/** A call of a known function or method, or of a value that is a function. */
export function evaluateCall(call: Call, scope: Scope, machine: Machine): PhpValue {
  const special = call.kind === "call" && typeof call.callee === "string"
    ? scopeFunctions.get(call.callee.toLowerCase())
    : undefined;
  if (special !== undefined) return evaluateScopeFunction(call, special, scope, machine);
  const object = call.kind === "method-call" ? machine.evaluate(call.object, scope) : undefined;
  if (call.kind === "method-call" && call.nullsafe && object === null) return null;
  const target = resolve(call, object, { scope, line: call.line }, machine);
  if (call.args === "placeholder") {
    return {
      kind: "closure",
      takesReference: target.takesReference,
      invoke: (positional, { named = new Map(), cells = new Map() } = {}) =>
        target.call({ positional, named, cells }, true),
    };
  }
  const rules = { takesReference: target.takesReference, isEnvironmentCall: isEnvironmentCall(call) };
  return target.call(evaluateArguments(call.args, rules, scope, machine), false);
}

function resolve(call: Call, object: PhpValue | undefined, caller: Caller, machine: Machine): Target {
  switch (call.kind) {
    case "call":
      return typeof call.callee === "string"
        ? functionTarget(call.callee, caller, machine)
        : valueTarget(machine.evaluate(call.callee, caller.scope), caller, machine);
    case "static-call":
      return staticTarget(call.class, call.method, caller, machine);
    case "method-call":
      return methodTarget(object ?? null, call.method, caller, machine);
  }
}

/** `env(…)` and `Env::get(…)`. */
function isEnvironmentCall(call: Call): boolean {
  if (call.kind === "call") return typeof call.callee === "string" && call.callee.toLowerCase() === "env";
  return call.kind === "static-call" && call.method.toLowerCase() === "get" &&
    classes.get(call.class.toLowerCase()) === envMethods;
}

type ScopeFunction = (
  args: readonly PhpValue[],
  caller: Caller,
  machine: Machine,
) => PhpValue;

/** The functions that see the variables of the code that calls them. */
const scopeFunctions: ReadonlyMap<string, ScopeFunction> = new Map([
  ["compact", compact],
  ["extract", extract],
  [
    "func_get_args",
    (_, { scope, line }, { trace }) => PhpArray.list(argumentsIn(scope), scope.origin(line, trace.names)),
  ],
  ["func_num_args", (_, { scope }) => BigInt(argumentsIn(scope).length)],
]);

function evaluateScopeFunction(
  call: Call,
  run: ScopeFunction,
  scope: Scope,
  machine: Machine,
): PhpValue {
  if (call.args === "placeholder") throw new PhpFault("this function as a value is not supported");
  const rules = { takesReference: () => false, isEnvironmentCall: false };
  const { positional } = evaluateArguments(call.args, rules, scope, machine);
  return run(positional, { scope, line: call.line }, machine);
}

function argumentsIn(scope: Scope): readonly PhpValue[] {
  if (scope.arguments !== undefined) return scope.arguments;
  throw raise("Error", "func_get_args() is called outside of a function");
}

function compact(args: readonly PhpValue[], { scope, line }: Caller, machine: Machine): PhpValue {
  const builder = new PhpArrayBuilder();
  const add = (name: PhpValue): void => {
    if (name instanceof PhpArray) {
      for (const inner of name.values()) add(inner);
      return;
    }
    const variable = scope.get(toStr(name));
    if (variable === undefined) return;
    machine.trace.add(variable.env);
    builder.set(toStr(name), { value: variable.value, origin: scope.origin(line, variable.env) });
  };
  args.forEach(add);
  return builder.build();
}

/** Makes a variable of each entry whose key is a name. */
function extract(args: readonly PhpValue[], { scope }: Caller, machine: Machine): PhpValue {
  const [array, flags = 0n] = args;
  if (!(array instanceof PhpArray) || flags !== 0n) throw new PhpFault("this extract() is not supported");
  machine.spend(array.size);
  let count = 0n;
  for (const [name, entry] of array.entries()) {
    if (typeof name !== "string" || name === "this" || !/^[A-Za-z_\x80-\xff][\w\x80-\xff]*$/.test(name)) {
      continue;
    }
    if (entry.error !== undefined) scope.forget(name, entry.error);
    else scope.set(name, { value: entry.value, env: entry.origin.env });
    count++;
  }
  return count;
}
