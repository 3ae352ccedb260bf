import { compare, identical, looselyEqual } from "../values/comparison.ts";
import { allowArray } from "../limits.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, PhpArrayBuilder, type PhpEntry, type PhpKey, type PhpValue, toKey } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { filterArray, mapArrays } from "./array-callbacks.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { accumulate } from "./number-functions.ts";

/** PHP's functions on one array. */
export const arrayFunctions: BuiltinTable = defineBuiltins({
  "array_filter(array, callback?, mode?)": (args, host) =>
    filterArray(args.array(0), args.value(1), args.int(2), host),
  "array_map(callback, array, ...arrays)": (args, host) =>
    mapArrays(args.value(0), [args.array(1), ...args.restArrays()], host),
  "array_reduce(array, callback, initial?)": (args, host) =>
    [...args.array(0).values()].reduce(
      (carry, value) => host.call(args.value(1), [carry, value]),
      args.value(2),
    ),
  "array_values(array)": (args) => fromEntries(args.array(0), () => undefined),
  "array_keys(array, filter_value?, strict?)": (args, host) => {
    const keys = [...args.array(0).entries()].filter(([, { value }]) =>
      !args.has(1) || (args.bool(2) ? identical(value, args.value(1)) : looselyEqual(value, args.value(1)))
    );
    return PhpArray.list(keys.map(([key]) => key), host.origin);
  },
  "array_flip(array)": (args, host) => {
    const builder = new PhpArrayBuilder();
    for (const [key, { value }] of args.array(0).entries()) {
      if (typeof value === "string" || typeof value === "bigint") {
        builder.set(toKey(value), { value: key, origin: host.origin });
      }
    }
    return builder.build();
  },
  "array_reverse(array, preserve_keys?)": (args) => {
    const keep = args.bool(1);
    return collect(
      [...args.array(0).entries()].reverse(),
      (key) => typeof key === "string" || keep ? key : undefined,
    );
  },
  "array_slice(array, offset, length?, preserve_keys?)": (args) => slice(args),
  "array_chunk(array, length, preserve_keys?)": (args, host) => {
    const width = Number(args.int(1));
    if (width < 1) throw raise("ValueError", "array_chunk() needs $length to be 1 or more");
    const entries = [...args.array(0).entries()];
    const chunks: PhpArray[] = [];
    for (let at = 0; at < entries.length; at += width) {
      chunks.push(collect(entries.slice(at, at + width), (key) => args.bool(2) ? key : undefined));
    }
    return PhpArray.list(chunks, host.origin);
  },
  "array_key_exists(key, array)": (args) => args.array(1).entry(toKey(args.value(0))) !== undefined,
  "key_exists(key, array)": (args) => args.array(1).entry(toKey(args.value(0))) !== undefined,
  "array_key_first(array)": (args) => [...args.array(0).keys()][0] ?? null,
  "array_key_last(array)": (args) => [...args.array(0).keys()].at(-1) ?? null,
  "array_is_list(array)": (args) => args.array(0).isList,
  "array_sum(array)": (args) => accumulate("+", args.array(0)),
  "array_product(array)": (args) => accumulate("*", args.array(0)),
  "array_search(needle, haystack, strict?)": (args) => search(args) ?? false,
  "in_array(needle, haystack, strict?)": (args) => search(args) !== undefined,
  "count(value, mode?)": (args) => count(args.array(0), args.int(1) === 1n),
  "sizeof(value, mode?)": (args) => count(args.array(0), args.int(1) === 1n),
  "range(start, end, step?)": (args, host) => range(args, host),
  "array_fill(start_index, count, value)": (args, host) => {
    const builder = new PhpArrayBuilder();
    if (args.int(1) < 0n) throw raise("ValueError", "array_fill() needs $count to be 0 or more");
    allowArray(Number(args.int(1)));
    for (let left = args.int(1), index = args.int(0); left > 0n; left--, index++) {
      builder.set(index, { value: args.value(2), origin: host.origin });
    }
    return builder.build();
  },
  "array_pad(array, length, value)": (args, host) => {
    const array = args.array(0);
    const missing = Math.abs(Number(args.int(1))) - array.size;
    if (missing <= 0) return array;
    allowArray(missing);
    const filler = PhpArray.list(Array(missing).fill(args.value(2)), host.origin);
    const rows = [...array.entries()];
    const extra = [...filler.entries()];
    const keep = (key: PhpKey): PhpKey | undefined => typeof key === "string" ? key : undefined;
    return collect(args.int(1) < 0n ? [...extra, ...rows] : [...rows, ...extra], keep);
  },
});

/** An array of the same entries under other keys; `undefined` appends. */
function fromEntries(array: PhpArray, key: (key: PhpKey) => PhpKey | undefined): PhpArray {
  return collect([...array.entries()], key);
}

function collect(
  entries: readonly (readonly [PhpKey, PhpEntry])[],
  rename: (key: PhpKey) => PhpKey | undefined,
): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of entries) {
    const name = rename(key);
    if (name === undefined) builder.push(entry);
    else builder.set(name, entry);
  }
  return builder.build();
}

function slice(args: Arguments): PhpArray {
  const entries = [...args.array(0).entries()];
  const offset = Number(args.int(1));
  const start = offset < 0 ? Math.max(0, entries.length + offset) : offset;
  const length = args.optionalInt(2);
  const end = length === undefined ? undefined : length < 0n ? Number(length) : start + Number(length);
  const keep = args.bool(3);
  return collect(entries.slice(start, end), (key) => typeof key === "string" || keep ? key : undefined);
}

function search(args: Arguments): PhpKey | undefined {
  const needle = args.value(0);
  const same = args.bool(2) ? identical : looselyEqual;
  for (const [key, { value }] of args.array(1).entries()) {
    if (same(needle, value)) return key;
  }
  return undefined;
}

function count(array: PhpArray, recursive: boolean): bigint {
  let total = BigInt(array.size);
  if (!recursive) return total;
  for (const value of array.values()) {
    if (value instanceof PhpArray) total += count(value, true);
  }
  return total;
}

function range(args: Arguments, host: Host): PhpArray {
  const [start, end] = [args.value(0), args.value(1)];
  const letters = (value: PhpValue): value is string =>
    typeof value === "string" && /^[^0-9\s.+-]/.test(value);
  const fromLetters = letters(start) && letters(end);
  const first = fromLetters ? BigInt(start.charCodeAt(0)) : args.number(0);
  const last = fromLetters ? BigInt(end.charCodeAt(0)) : args.number(1);
  const step = args.has(2) ? args.number(2) : 1n;
  if (Number(step) === 0) throw raise("ValueError", "range() needs a $step that is not 0");
  const float = [first, last, step].some((number) => typeof number === "number" && !Number.isInteger(number));
  const width = Math.abs(Number(step));
  const steps = Math.floor(Math.abs(Number(last) - Number(first)) / width + 1e-9);
  allowArray(steps + 1);
  const sign = compare(first, last) > 0 ? -1 : 1;
  const values: PhpValue[] = [];
  for (let index = 0; index <= steps; index++) {
    const value = Number(first) + sign * index * width;
    if (fromLetters) values.push(String.fromCharCode(value));
    else values.push(float ? value : BigInt(value));
  }
  return PhpArray.list(values, host.origin);
}
