import { calculate, concatenate } from "../values/arithmetic.ts";
import { asCollection, changeItems } from "../values/changed-collections.ts";
import { isNumber, typeName } from "../values/coercion.ts";
import type { Machine } from "./machine.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import {
  PhpArray,
  PhpArrayBuilder,
  type PhpCollection,
  type PhpEntry,
  type PhpKey,
  type PhpValue,
  toKey,
} from "../php-value.ts";
import type { Scope } from "./scope.ts";
import { unreadableEntry } from "../unreadable-entry.ts";
import { writtenIn } from "./written-variables.ts";
import type { Expression, Pattern } from "../parse/syntax.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** The place of a value: a variable, and the keys of the arrays inside it; `undefined` is `[]`. */
export interface Place {
  readonly name: string;
  readonly keys: readonly (PhpKey | undefined)[];
}

/** `=`, `.=`, `+=`, `??=` and so on, to a variable or into an array that it holds. */
export function assign(expression: Of<"assign">, scope: Scope, machine: Machine): PhpValue {
  const place = placeOf(expression.target, scope, machine);
  const { value, env } = machine.trace.during(() => newValue(expression, place, scope, machine));
  writePlace(place, { value, origin: scope.origin(expression.line, env) }, scope, machine);
  return value;
}

/** {@link assign} as a statement: a value that cannot be evaluated makes only its place unknown, not the whole array around it. */
export function runAssignment(expression: Of<"assign">, scope: Scope, machine: Machine): void {
  const place = placeOf(expression.target, scope, machine);
  const { line } = expression, { mark } = machine.collections;
  let entry: PhpEntry;
  try {
    const { value, env } = machine.trace.apart(() => newValue(expression, place, scope, machine));
    entry = { value, origin: scope.origin(line, env) };
  } catch (error) {
    if (!machine.isContained(error)) throw error;
    machine.collections.spoil(mark, error);
    const written = writtenIn(expression.value, machine.declared);
    if (written === undefined) throw error;
    for (const name of written) scope.forget(name, error);
    entry = unreadableEntry(error, scope.origin(line, []));
  }
  writePlace(place, entry, scope, machine);
}

function newValue(expression: Of<"assign">, place: Place, scope: Scope, machine: Machine): PhpValue {
  const { operator } = expression;
  if (operator === undefined) return machine.evaluate(expression.value, scope);
  const before = readPlace(place, scope, machine).value;
  if (operator === "??") return before ?? machine.evaluate(expression.value, scope);
  const after = machine.evaluate(expression.value, scope);
  return operator === "." ? concatenate(before, after) : calculate(operator, before, after);
}

/** Assigns an entry to a variable, a place inside one, or a pattern. */
export function assignTo(
  target: Expression | Pattern,
  entry: PhpEntry,
  scope: Scope,
  machine: Machine,
): void {
  if ("kind" in target) writePlace(placeOf(target, scope, machine), entry, scope, machine);
  else destructure(target, entry, scope, machine);
}

/** `[$a, 'k' => $b] = $array`: what the array lacks is null, and so is all of a value that is no array. */
export function destructure(pattern: Pattern, entry: PhpEntry, scope: Scope, machine: Machine): void {
  const holder: PhpValue = asCollection(entry.value)?.items ?? entry.value;
  const array = holder instanceof PhpArray ? holder : undefined;
  for (const [index, item] of pattern.entries()) {
    if (item === undefined) continue;
    const key = item.key === undefined ? BigInt(index) : toKey(machine.evaluate(item.key, scope));
    const found = array?.entry(key) ??
      { value: null, origin: { line: entry.origin.line, env: entry.origin.env } };
    assignTo(item.target, found, scope, machine);
  }
}

/** `++` and `--`, on numbers and null. */
export function step(expression: Of<"step">, scope: Scope, machine: Machine): PhpValue {
  const place = placeOf(expression.target, scope, machine);
  const { value: before, env } = machine.trace.during(() => readPlace(place, scope, machine).value);
  if (!isNumber(before) && before !== null) throw new PhpFault(`cannot count with ${typeName(before)}`);
  // In PHP `--` leaves null as it is.
  const after = before === null && expression.by < 0n ? null : calculate("+", before, expression.by);
  writePlace(place, { value: after, origin: scope.origin(expression.line, env) }, scope, machine);
  return expression.before ? after : before;
}

/** `unset($target)` */
export function unset(target: Expression, scope: Scope, machine: Machine): void {
  const place = placeOf(target, scope, machine);
  const last = place.keys.at(-1);
  if (place.keys.length === 0) return scope.delete(place.name);
  if (last === undefined) throw new PhpFault("[] can only be written to");
  const outer = { name: place.name, keys: place.keys.slice(0, -1) };
  const holder = readPlace(outer, scope, machine).value, collection = asCollection(holder);
  const array = collection?.items ?? holder;
  if (!(array instanceof PhpArray) || array.entry(last) === undefined) return;
  machine.spend(array.size);
  if (collection !== undefined) return changeItems(collection, array.without(last));
  writePlace(outer, { value: array.without(last), origin: scope.origin(target.line, []) }, scope, machine);
}

/** The place that an expression names. The keys are evaluated once. */
export function placeOf(target: Expression, scope: Scope, machine: Machine): Place {
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

/** What is at a place, null where nothing is. Its variables of the environment count for the current evaluation. */
export function readPlace(
  place: Place,
  scope: Scope,
  machine: Machine,
): { readonly value: PhpValue; readonly env: readonly string[] } {
  const variable = scope.get(place.name);
  let value: PhpValue = variable?.value ?? null;
  let env = variable?.env ?? [];
  for (const key of place.keys) {
    const array: PhpValue = asCollection(value)?.items ?? value;
    const entry = key !== undefined && array instanceof PhpArray ? array.entry(key) : undefined;
    value = entry?.value ?? null;
    env = entry?.origin.env ?? env;
  }
  machine.trace.add(env);
  return { value, env };
}

/** Puts an entry at a place; arrays on the way there are made where they are missing. */
export function writePlace(place: Place, entry: PhpEntry, scope: Scope, machine: Machine): void {
  const before = scope.get(place.name);
  const written = place.keys.length === 0
    ? entry
    : inserted(before?.value ?? null, place.keys, entry, machine);
  if (written.error !== undefined) return scope.forget(place.name, written.error);
  const env = place.keys.length === 0
    ? entry.origin.env
    : [...new Set([...before?.env ?? [], ...entry.origin.env])];
  scope.set(place.name, { value: written.value, env });
}

function inserted(
  container: PhpValue,
  keys: readonly (PhpKey | undefined)[],
  entry: PhpEntry,
  machine: Machine,
): PhpEntry {
  const [key, ...rest] = keys;
  const collection = asCollection(container);
  if (collection !== undefined) {
    intoCollection(collection, keys, entry, machine);
    return { value: collection, origin: entry.origin };
  }
  if (typeof container === "string") throw new PhpFault("writing into a string is not supported");
  if (container !== null && container !== false && !(container instanceof PhpArray)) {
    throw raise("Error", `cannot write into ${typeName(container)} as into an array`);
  }
  const array = container instanceof PhpArray ? container : new PhpArrayBuilder().build();
  machine.spend(array.size);
  if (rest.length === 0) return { value: array.with(key, entry), origin: entry.origin };
  const before = key === undefined ? undefined : array.entry(key);
  const { value } = inserted(before?.value ?? null, rest, entry, machine);
  const origin = before === undefined ? entry.origin : {
    ...before.origin,
    env: [...new Set([...before.origin.env, ...entry.origin.env])],
  };
  return { value: array.with(key, { value, origin }), origin };
}

/** `$collection[$key] = …`. What is below a key PHP changes in a copy alone, unless a collection is there. */
function intoCollection(
  collection: PhpCollection,
  keys: readonly (PhpKey | undefined)[],
  entry: PhpEntry,
  machine: Machine,
): void {
  const [key, ...rest] = keys;
  if (rest.length > 0) {
    const inner = asCollection(key === undefined ? null : collection.items.get(key) ?? null);
    if (inner !== undefined) intoCollection(inner, rest, entry, machine);
    return;
  }
  machine.spend(collection.items.size);
  changeItems(collection, collection.items.with(key, entry));
}
