import { toBool } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpKey, type PhpValue } from "../php-value.ts";
import type { Host } from "./builtin.ts";

/** `array_filter`; without a callback, false values are left out. Entries keep their keys and origins. */
export function filterArray(array: PhpArray, callback: PhpValue, mode: bigint, host: Host): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of array.entries()) {
    const args = mode === 2n ? [key] : mode === 1n ? [entry.value, key] : [entry.value];
    if (toBool(callback === null ? entry.value : host.call(callback, args))) builder.set(key, entry);
  }
  return builder.build();
}

/** `array_map`: keys stay with one array, several arrays give a list. Without a callback several arrays are zipped. */
export function mapArrays(callback: PhpValue, arrays: readonly PhpArray[], host: Host): PhpArray {
  const [first, ...others] = arrays;
  if (first !== undefined && others.length === 0) {
    return callback === null ? first : mapEntries(first, host, (value) => host.call(callback, [value]));
  }
  const columns = arrays.map((array) => [...array.values()]);
  const length = Math.max(0, ...columns.map((column) => column.length));
  const builder = new PhpArrayBuilder();
  for (let index = 0; index < length; index++) {
    const row = columns.map((column) => column[index] ?? null);
    const value = callback === null ? PhpArray.list(row, host.origin) : host.call(callback, row);
    builder.push({ value, origin: host.origin });
  }
  return builder.build();
}

/** Every value replaced under its key; an entry keeps its line and gains the variables that the callback read. */
export function mapEntries(
  array: PhpArray,
  host: Host,
  change: (value: PhpValue, key: PhpKey) => PhpValue,
): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of array.entries()) {
    const { value, env } = host.traced(() => change(entry.value, key));
    const names = env.length === 0 ? entry.origin.env : [...new Set([...entry.origin.env, ...env])];
    builder.set(key, { value, origin: { line: entry.origin.line, env: names } });
  }
  return builder.build();
}

/** A new array of all pairs that a callback returns; of two with one key the later wins. */
export function mapWithKeys(
  array: PhpArray,
  callback: (value: PhpValue, key: PhpKey) => PhpValue,
): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, { value }] of array.entries()) {
    const pairs = callback(value, key);
    if (!(pairs instanceof PhpArray)) {
      throw new PhpFault("mapWithKeys() needs a callback that returns an array");
    }
    for (const [name, entry] of pairs.entries()) builder.set(name, entry);
  }
  return builder.build();
}
