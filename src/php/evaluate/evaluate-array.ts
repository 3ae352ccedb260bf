import { toBool, toInt, typeName } from "../values/coercion.ts";
import { asCollection } from "../values/changed-collections.ts";
import type { Machine } from "./machine.ts";
import { numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, PhpArrayBuilder, type PhpEntry, type PhpValue, toKey } from "../php-value.ts";
import type { Scope } from "./scope.ts";
import { unreadableEntry } from "../unreadable-entry.ts";
import { writtenIn } from "./written-variables.ts";
import type { ArrayItem, Expression } from "../parse/syntax.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/** An array literal. Every entry keeps its line and the environment variables of its value. */
export function makeArray(expression: Of<"array">, scope: Scope, machine: Machine): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const item of expression.items) {
    const key = item.key === undefined ? undefined : toKey(machine.evaluate(item.key, scope));
    if (item.spread) {
      spread(machine.evaluate(item.value, scope), builder, machine);
      continue;
    }
    const entry = makeEntry(item, scope, machine);
    if (key === undefined) builder.push(entry);
    else builder.set(key, entry);
  }
  return builder.build();
}

/** An item that cannot be evaluated is an error only for code that reads it. */
function makeEntry({ value: expression, line }: ArrayItem, scope: Scope, machine: Machine): PhpEntry {
  const { mark } = machine.collections;
  try {
    const { value, env } = machine.trace.during(() => machine.evaluate(expression, scope));
    // Throws where a change of it could not be evaluated.
    void asCollection(value)?.items;
    return { value, origin: scope.origin(line, env) };
  } catch (error) {
    if (!machine.isContained(error)) throw error;
    machine.collections.spoil(mark, error);
    const written = writtenIn(expression, machine.declared);
    if (written === undefined) throw error;
    for (const name of written) scope.forget(name, error);
    return unreadableEntry(error, scope.origin(line, []));
  }
}

function spread(value: PhpValue, builder: PhpArrayBuilder, machine: Machine): void {
  const array = typeof value === "object" && value !== null && !(value instanceof PhpArray) &&
      value.kind === "collection"
    ? value.items
    : value;
  if (!(array instanceof PhpArray)) throw raise("Error", `cannot spread ${typeName(value)} into an array`);
  machine.spend(array.size);
  for (const [key, entry] of array.entries()) {
    if (typeof key === "string") builder.set(key, entry);
    else builder.push(entry);
  }
}

/** `$base[$index]`. A missing key gives null, as in PHP. */
export function lookUp(expression: Of<"index">, scope: Scope, machine: Machine): PhpValue {
  const found = find(expression, scope, machine, (base) => machine.evaluate(base, scope));
  return found.value ?? (typeof found.base === "string" ? "" : null);
}

/** The value where PHP gives no warning (`??`, `isset`, `empty`): null for a variable or key that is missing. */
export function lookUpQuietly(expression: Expression, scope: Scope, machine: Machine): PhpValue {
  if (expression.kind !== "index") return machine.evaluate(expression, scope);
  const found = find(expression, scope, machine, (base) => lookUpQuietly(base, scope, machine), true);
  return found.value ?? null;
}

/** `isset($target)` */
export function isSet(target: Expression, scope: Scope, machine: Machine): boolean {
  return lookUpQuietly(target, scope, machine) !== null;
}

/** `empty($target)` */
export function isEmpty(target: Expression, scope: Scope, machine: Machine): boolean {
  return !toBool(lookUpQuietly(target, scope, machine));
}

/** What PHP itself puts into $_SERVER on the command line, where Reverb and workers run. */
const OWN_OF_PHP: ReadonlySet<string> = new Set(
  "PHP_SELF SCRIPT_NAME SCRIPT_FILENAME PATH_TRANSLATED DOCUMENT_ROOT REQUEST_TIME REQUEST_TIME_FLOAT argv argc"
    .split(" "),
);

interface Found {
  readonly base: PhpValue;
  readonly value: PhpValue | undefined;
}

function find(
  expression: Of<"index">,
  scope: Scope,
  machine: Machine,
  evaluateBase: (base: Expression) => PhpValue,
  quiet = false,
): Found {
  if (expression.index === undefined) throw new PhpFault("[] can only be written to");
  const { base: target } = expression;
  if (
    target.kind === "variable" && /^_(ENV|SERVER)$/.test(target.name) && scope.get(target.name) === undefined
  ) {
    const name = machine.evaluate(expression.index, scope);
    const value = typeof name === "string" ? machine.readEnv(name) : undefined;
    if (value === undefined && target.name === "_SERVER" && OWN_OF_PHP.has(String(name))) {
      throw new PhpFault(
        `$_SERVER['${String(name)}'] is not known here, where there is no PHP; it is not supported`,
      );
    }
    return { base: null, value };
  }
  const { value: base, env } = machine.trace.apart(() => evaluateBase(target));
  const index = machine.evaluate(expression.index, scope);
  if (base instanceof PhpArray) {
    const entry = base.entry(toKey(index));
    // Only the variables of this entry count, not those of the others in the array.
    machine.trace.add(entry?.origin.env ?? env);
    return { base, value: entry?.value };
  }
  machine.trace.add(env);
  if (typeof base === "string") return { base, value: byteAt(base, index, quiet) };
  if (typeof base === "object" && base !== null) {
    if (base.kind === "collection") return { base: null, value: base.items.get(toKey(index)) };
    throw new PhpFault(`cannot use a ${base.kind} as an array`);
  }
  return { base, value: undefined };
}

function byteAt(text: string, index: PhpValue, quiet: boolean): string | undefined {
  const offset = typeof index === "string" ? numericString(index) : index;
  if (typeof offset !== "bigint" && (quiet || typeof index === "string" || index instanceof PhpArray)) {
    if (quiet) return undefined;
    throw new PhpFault(`cannot use ${typeName(index)} as an offset of a string`);
  }
  return text.at(Number(toInt(offset ?? null))) ?? undefined;
}
