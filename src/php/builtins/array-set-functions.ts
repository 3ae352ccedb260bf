import { toStr } from "../values/coercion.ts";
import { looselyEqual } from "../values/comparison.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import {
  PhpArray,
  PhpArrayBuilder,
  type PhpEntry,
  type PhpKey,
  type PhpOrigin,
  toKey,
} from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins } from "./builtin.ts";

/** PHP's functions that join or compare arrays. Entries keep their origins. */
export const arraySetFunctions: BuiltinTable = defineBuiltins({
  "array_merge(...arrays)": (args) => mergeArrays(args.restArrays()),
  "array_merge_recursive(...arrays)": (args, host) =>
    args.restArrays().reduce((left, right) => mergeRecursively(left, right, host.origin), empty),
  "array_replace(array, ...replacements)": (args) => replace([args.array(0), ...args.restArrays()], false),
  "array_replace_recursive(array, ...replacements)": (args) =>
    replace([args.array(0), ...args.restArrays()], true),
  "array_combine(keys, values)": (args) => {
    const keys = [...args.array(0).values()];
    const entries = [...args.array(1).entries()];
    if (keys.length !== entries.length) {
      throw raise("ValueError", "array_combine() needs as many $keys as $values");
    }
    const builder = new PhpArrayBuilder();
    keys.forEach((key, index) => {
      const entry = entries[index]?.[1];
      // As with every string key: 1.5 is "1.5" here, where `$array[1.5]` would be 1.
      if (entry !== undefined) builder.set(toKey(typeof key === "bigint" ? key : toStr(key)), entry);
    });
    return builder.build();
  },
  "array_fill_keys(keys, value)": (args, host) => {
    const builder = new PhpArrayBuilder();
    for (const key of args.array(0).values()) {
      const name = typeof key === "bigint" ? key : toKey(toStr(key));
      builder.set(name, { value: args.value(1), origin: host.origin });
    }
    return builder.build();
  },
  "array_column(array, column_key, index_key?)": (args) => column(args),
  "array_unique(array, flags?)": (args, host) => {
    if (args.int(1, 2n) !== 2n && args.int(1) !== 0n) {
      throw new PhpFault("array_unique() with these $flags is not supported");
    }
    return uniqueEntries(args.array(0), args.has(1) && args.int(1) === 0n, (units) => host.spend(units));
  },
  "array_diff(array, ...arrays)": select(false, (_, { value }) => toStr(value)),
  "array_intersect(array, ...arrays)": select(true, (_, { value }) => toStr(value)),
  "array_diff_key(array, ...arrays)": select(false, (key) => key),
  "array_intersect_key(array, ...arrays)": select(true, (key) => key),
  "array_diff_assoc(array, ...arrays)": select(false, (key, { value }) => `${key}\0${toStr(value)}`),
  "array_intersect_assoc(array, ...arrays)": select(true, (key, { value }) => `${key}\0${toStr(value)}`),
});

const empty = new PhpArrayBuilder().build();

/** `array_merge`: string keys are overwritten, int keys are counted anew. */
export function mergeArrays(arrays: Iterable<PhpArray>): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const array of arrays) {
    for (const [key, entry] of array.entries()) {
      if (typeof key === "string") builder.set(key, entry);
      else builder.push(entry);
    }
  }
  return builder.build();
}

/** The first of each set of equal values: by their text, or by `==`. */
export function uniqueEntries(array: PhpArray, loosely: boolean, spend: (units: number) => void): PhpArray {
  const builder = new PhpArrayBuilder();
  const texts = new Set<string>();
  const kept: PhpEntry[] = [];
  for (const [key, entry] of array.entries()) {
    spend(loosely ? kept.length : 1);
    const seen = loosely
      ? kept.some((other) => looselyEqual(other.value, entry.value))
      : texts.has(toStr(entry.value));
    if (seen) continue;
    if (loosely) kept.push(entry);
    else texts.add(toStr(entry.value));
    builder.set(key, entry);
  }
  return builder.build();
}

function mergeRecursively(left: PhpArray, right: PhpArray, origin: PhpOrigin): PhpArray {
  const builder = new PhpArrayBuilder(mergeArrays([left]));
  for (const [key, entry] of right.entries()) {
    const before = typeof key === "string" ? builder.entry(key) : undefined;
    if (typeof key !== "string") builder.push(entry);
    else if (before === undefined) builder.set(key, entry);
    else {
      const value = mergeRecursively(asArray(before), asArray(entry), origin);
      builder.set(key, { value, origin: entry.origin });
    }
  }
  return builder.build();
}

function asArray(entry: PhpEntry): PhpArray {
  if (entry.value instanceof PhpArray) return entry.value;
  return entry.value === null ? empty : PhpArray.list([entry.value], entry.origin);
}

function replace(arrays: readonly PhpArray[], recursive: boolean): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const array of arrays) {
    for (const [key, entry] of array.entries()) {
      const before = builder.entry(key)?.value;
      const value = recursive && before instanceof PhpArray && entry.value instanceof PhpArray
        ? replace([before, entry.value], true)
        : entry.value;
      builder.set(key, { value, origin: entry.origin });
    }
  }
  return builder.build();
}

function column(args: Arguments): PhpArray {
  const builder = new PhpArrayBuilder();
  const wanted = args.value(1);
  for (const [, row] of args.array(0).entries()) {
    const cells = row.value instanceof PhpArray ? row.value : undefined;
    const entry = wanted === null ? row : cells?.entry(toKey(wanted));
    if (entry === undefined) continue;
    const key = args.value(2) === null ? undefined : cells?.get(toKey(args.value(2)));
    if (key === undefined) builder.push(entry);
    else builder.set(toKey(key), entry);
  }
  return builder.build();
}

/** Keeps the entries of the first array that are in all others (`wanted`), or in none of them, by a mark of each entry. */
function select(wanted: boolean, mark: (key: PhpKey, entry: PhpEntry) => PhpKey): Behaviour {
  return (args) => {
    const marks = args.restArrays().map((array) =>
      new Set([...array.entries()].map(([key, entry]) => mark(key, entry)))
    );
    const builder = new PhpArrayBuilder();
    for (const [key, entry] of args.array(0).entries()) {
      const own = mark(key, entry);
      const found = wanted ? marks.every((set) => set.has(own)) : marks.some((set) => set.has(own));
      if (found === wanted) builder.set(key, entry);
    }
    return builder.build();
  };
}
