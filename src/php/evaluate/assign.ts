import { calculate, concatenate } from "../values/arithmetic.ts";
import { isNumber, typeName } from "../values/coercion.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpEntry, type PhpKey, type PhpValue, toKey } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import type { Expression } from "../parse/syntax.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** The place of a value: a variable, and the keys of the arrays inside it; `undefined` is `[]`. */
interface Place {
  readonly name: string;
  readonly keys: readonly (PhpKey | undefined)[];
}

/** `=`, `.=`, `+=`, `??=` and so on, to a variable or into an array that it holds. */
export function assign(expression: Of<"assign">, scope: Scope, machine: Machine): PhpValue {
  const place = placeOf(expression.target, scope, machine);
  const { operator } = expression;
  const { value, env } = machine.trace.during((): PhpValue => {
    if (operator === undefined) return machine.evaluate(expression.value, scope);
    const before = read(place, scope, machine);
    if (operator === "??") return before ?? machine.evaluate(expression.value, scope);
    const after = machine.evaluate(expression.value, scope);
    return operator === "." ? concatenate(before, after) : calculate(operator, before, after);
  });
  write(place, { value, origin: { line: expression.line, env } }, scope, machine);
  return value;
}

/** `++` and `--`, on numbers and null. */
export function step(expression: Of<"step">, scope: Scope, machine: Machine): PhpValue {
  const place = placeOf(expression.target, scope, machine);
  const { value: before, env } = machine.trace.during(() => read(place, scope, machine));
  if (!isNumber(before) && before !== null) throw new PhpFault(`cannot count with ${typeName(before)}`);
  // In PHP `--` leaves null as it is.
  const after = before === null && expression.by < 0n ? null : calculate("+", before, expression.by);
  write(place, { value: after, origin: { line: expression.line, env } }, scope, machine);
  return expression.before ? after : before;
}

/** `unset($target)` */
export function unset(target: Expression, scope: Scope, machine: Machine): void {
  const place = placeOf(target, scope, machine);
  const last = place.keys.at(-1);
  if (place.keys.length === 0) return scope.delete(place.name);
  if (last === undefined) throw new PhpFault("[] can only be written to");
  const outer = { name: place.name, keys: place.keys.slice(0, -1) };
  const array = read(outer, scope, machine);
  if (!(array instanceof PhpArray) || array.entry(last) === undefined) return;
  machine.spend(array.size);
  write(outer, { value: array.without(last), origin: { line: target.line, env: [] } }, scope, machine);
}

function placeOf(target: Expression, scope: Scope, machine: Machine): Place {
  switch (target.kind) {
    case "variable":
      if (target.name === "this") throw new PhpFault("writing to $this is not supported");
      return { name: target.name, keys: [] };
    case "index": {
      const outer = placeOf(target.base, scope, machine);
      const key = target.index === undefined ? undefined : toKey(machine.evaluate(target.index, scope));
      return { name: outer.name, keys: [...outer.keys, key] };
    }
    default:
      throw new PhpFault("writing to anything but a variable is not supported");
  }
}

function read(place: Place, scope: Scope, machine: Machine): PhpValue {
  const variable = scope.get(place.name);
  let value: PhpValue = variable?.value ?? null;
  let env = variable?.env ?? [];
  for (const key of place.keys) {
    const entry = key !== undefined && value instanceof PhpArray ? value.entry(key) : undefined;
    value = entry?.value ?? null;
    env = entry?.origin.env ?? env;
  }
  machine.trace.add(env);
  return value;
}

function write(place: Place, entry: PhpEntry, scope: Scope, machine: Machine): void {
  const before = scope.get(place.name);
  const value = inserted(before?.value ?? null, place.keys, entry, machine);
  const env = place.keys.length === 0
    ? entry.origin.env
    : [...new Set([...before?.env ?? [], ...entry.origin.env])];
  scope.set(place.name, { value, env });
}

function inserted(
  container: PhpValue,
  keys: readonly (PhpKey | undefined)[],
  entry: PhpEntry,
  machine: Machine,
): PhpValue {
  if (keys.length === 0) return entry.value;
  const [key, ...rest] = keys;
  if (container !== null && container !== false && !(container instanceof PhpArray)) {
    throw new PhpFault(`cannot write into ${typeName(container)} as into an array`);
  }
  const array = container instanceof PhpArray ? container : new PhpArrayBuilder().build();
  machine.spend(array.size);
  const before = key === undefined ? undefined : array.entry(key);
  const value = inserted(before?.value ?? null, rest, entry, machine);
  const origin = rest.length === 0 || before === undefined ? entry.origin : {
    line: before.origin.line,
    env: [...new Set([...before.origin.env, ...entry.origin.env])],
  };
  return array.with(key, { value, origin });
}
