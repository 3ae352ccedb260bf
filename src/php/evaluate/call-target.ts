import { bindArguments } from "../builtins/arguments.ts";
import type { Builtin, Host } from "../builtins/builtin.ts";
import { classes, functions, methodsOf } from "../builtins/catalogue.ts";
import { changesCollection } from "../builtins/collection-change.ts";
import { toText } from "../values/byte-string.ts";
import { asCollection } from "../values/changed-collections.ts";
import { toStr, typeName } from "../values/coercion.ts";
import type { Given } from "./call-arguments.ts";
import { callDeclared, takesReference } from "./call-function.ts";
import { classConstantOf, constantOf } from "./constants.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Scope } from "./scope.ts";

/** The code that calls: its place in a file. */
export interface Caller {
  readonly scope: Scope;
  readonly line: number;
}

/** Something that can be called. */
export interface Target {
  readonly takesReference: (index: number) => boolean;
  /** `callback` allows more arguments than there are parameters. */
  readonly call: (given: Given, callback: boolean) => PhpValue;
}

/** A function by its name: one that the file has declared, or one of PHP's or Laravel's. */
export function functionTarget(name: string, caller: Caller, machine: Machine): Target {
  const declared = machine.declared.function(name);
  if (declared !== undefined) {
    return {
      takesReference: (index) => takesReference(declared.syntax, index),
      call: (given) => callDeclared(declared, given, machine),
    };
  }
  const builtin = functions.get(name.toLowerCase());
  if (builtin === undefined) throw new PhpFault(`call to "${readable(name)}()" is not supported`);
  return builtinTarget(builtin, [], caller, machine, false);
}

/** A static method. */
export function staticTarget(className: string, method: string, caller: Caller, machine: Machine): Target {
  const builtin = classes.get(className.toLowerCase())?.get(method.toLowerCase());
  if (builtin === undefined) {
    throw new PhpFault(`call to "${readable(className)}::${readable(method)}()" is not supported`);
  }
  return builtinTarget(builtin, [], caller, machine);
}

/** A method of an object. */
export function methodTarget(object: PhpValue, method: string, caller: Caller, machine: Machine): Target {
  const collection = asCollection(object);
  if (collection !== undefined && changesCollection(method)) machine.collections.add(collection);
  const builtin = methodsOf(object)?.get(method.toLowerCase());
  if (builtin !== undefined) return builtinTarget(builtin, [object], caller, machine);
  if (object === null) {
    const text = `Call to a member function ${method}() on null`;
    throw raise("Error", `call to "->${readable(method)}()" on null`, text);
  }
  throw new PhpFault(`call to "->${readable(method)}()" on ${typeName(object)} is not supported`);
}

/** A value that is called: a closure, the name of a function, `"Class::method"` or `[Class::class, "method"]`. */
export function valueTarget(callee: PhpValue, caller: Caller, machine: Machine): Target {
  if (typeof callee === "string") {
    const [name = "", method] = callee.replace(/^\\/, "").split("::");
    return method === undefined
      ? functionTarget(name, caller, machine)
      : staticTarget(name, method, caller, machine);
  }
  if (callee instanceof PhpArray && callee.size === 2) {
    const owner = callee.get(0) ?? null, method = toStr(callee.get(1) ?? null);
    return typeof owner === "string"
      ? staticTarget(owner.replace(/^\\/, ""), method, caller, machine)
      : methodTarget(owner, method, caller, machine);
  }
  if (typeof callee === "object" && callee !== null && "invoke" in callee) {
    return {
      takesReference: callee.takesReference,
      call: ({ positional, ...more }) => callee.invoke(positional, more),
    };
  }
  throw raise("Error", `${typeName(callee)} cannot be called`);
}

function builtinTarget(
  builtin: Builtin,
  first: readonly PhpValue[],
  caller: Caller,
  machine: Machine,
  isMethod = true,
): Target {
  const { parameters } = builtin;
  return {
    takesReference: (index) => {
      const last = parameters.at(-1);
      return (parameters[index + first.length] ?? (last?.variadic ? last : undefined))?.byReference === true;
    },
    call: ({ positional, named, cells }, callback) => {
      // PHP passes over arguments that are too many for a method of Laravel's, but not all that a method takes is known here.
      if (
        !parameters.at(-1)?.variadic && !callback && isMethod &&
        first.length + positional.length > parameters.length
      ) {
        throw new PhpFault(`${builtin.name}() with ${positional.length} arguments is not supported`);
      }
      const args = bindArguments(builtin, { positional: [...first, ...positional], named, cells }, callback);
      for (const value of [...first, ...positional]) machine.spend(cost(value));
      const result = builtin.run(args, hostFor(caller, machine));
      machine.spend(cost(result));
      return result;
    },
  };
}

function hostFor(caller: Caller, machine: Machine): Host {
  const { scope, line } = caller;
  return {
    settings: machine.settings,
    declared: machine.declared,
    files: machine.files,
    findClass: (name) => machine.classes.find(name),
    config: (path) => {
      const entry = machine.config.find(path);
      if (entry !== undefined) machine.trace.add(entry.origin.env);
      return entry?.value;
    },
    origin: scope.origin(line, machine.trace.names),
    env: (name) => machine.readEnv(name),
    constant: (name) => {
      const [className = "", constant] = name.replace(/^\\/, "").split("::");
      return constant === undefined
        ? constantOf(className, machine)
        : classConstantOf(className, constant, machine);
    },
    knows: (name) => functions.has(name.toLowerCase()) || machine.declared.function(name) !== undefined,
    call: (callee, positional) => {
      machine.spend(1);
      const given = { positional, named: new Map<string, PhpValue>(), cells: new Map<number, never>() };
      return valueTarget(callee, caller, machine).call(given, true);
    },
    guarded: (work) => machine.guarded(work),
    traced: (work) => machine.trace.during(work),
    spend: (units) => machine.spend(units),
  };
}

function cost(value: PhpValue): number {
  if (typeof value === "string") return value.length >> 6;
  const items = asCollection(value)?.items ?? value;
  return items instanceof PhpArray ? items.weight : 0;
}

/** The text of a name, which is a byte string here, for a message. */
function readable(name: string): string {
  return toText(name) ?? name;
}
