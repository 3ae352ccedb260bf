import { toBool } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpEntry, type PhpKey, type PhpValue, toKey } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";

type Row = readonly [key: PhpKey, entry: PhpEntry];

/** PHP's functions that change the array that they are given, and some that search in one. */
export const arrayChangeFunctions: BuiltinTable = defineBuiltins({
  "array_push(&array, ...values)": (args, host) => {
    const builder = new PhpArrayBuilder(args.array(0));
    for (const value of args.rest) builder.push({ value, origin: host.origin });
    return changed(args, host, builder.build());
  },
  "array_unshift(&array, ...values)": (args, host) => {
    const rows = args.rest.map((value): Row => [0n, { value, origin: host.origin }]);
    return changed(args, host, recounted([...rows, ...args.array(0).entries()]));
  },
  "array_pop(&array)": (args, host) => {
    const rows = [...args.array(0).entries()], last = rows.pop();
    // PHP counts on from the last key that is left.
    const builder = new PhpArrayBuilder();
    for (const [key, entry] of rows) builder.set(key, entry);
    args.assign(0, builder.build(), host.origin);
    return last?.[1].value ?? null;
  },
  "array_shift(&array)": (args, host) => {
    const rows = [...args.array(0).entries()], first = rows.shift();
    args.assign(0, recounted(rows), host.origin);
    return first?.[1].value ?? null;
  },
  "array_splice(&array, offset, length?, replacement?)": splice,
  "array_walk(&array, callback, arg?)": (args, host) => {
    if (args.array(0).size > 0 && isByReference(args.value(1))) {
      throw new PhpFault("array_walk() with a reference is not supported");
    }
    for (const [key, { value }] of args.array(0).entries()) {
      host.call(args.value(1), args.has(2) ? [value, key, args.value(2)] : [value, key]);
    }
    return true;
  },
  // No place in the array is kept: only the two ends can be asked for.
  "reset(&array)": (args) => args.array(0).size === 0 ? false : [...args.array(0).values()][0]!,
  "end(&array)": (args) => args.array(0).size === 0 ? false : [...args.array(0).values()].at(-1)!,
  "array_first(array)": (args) => [...args.array(0).values()][0] ?? null,
  "array_last(array)": (args) => [...args.array(0).values()].at(-1) ?? null,
  "array_find(array, callback)": (args, host) => match(args, host)?.[1].value ?? null,
  "array_find_key(array, callback)": (args, host) => match(args, host)?.[0] ?? null,
  "array_any(array, callback)": (args, host) => match(args, host) !== undefined,
  "array_all(array, callback)": (args, host) =>
    [...args.array(0).entries()].every(([key, { value }]) => toBool(host.call(args.value(1), [value, key]))),
  "array_change_key_case(array, case?)": (args) => {
    const isUpper = args.int(1) === 1n, builder = new PhpArrayBuilder();
    for (const [key, entry] of args.array(0).entries()) {
      builder.set(typeof key === "string" ? toKey(inCase(key, isUpper)) : key, entry);
    }
    return builder.build();
  },
  "array_count_values(array)": (args, host) => {
    const counts = new Map<PhpKey, bigint>();
    for (const value of args.array(0).values()) {
      if (typeof value !== "string" && typeof value !== "bigint") continue;
      counts.set(toKey(value), (counts.get(toKey(value)) ?? 0n) + 1n);
    }
    const builder = new PhpArrayBuilder();
    for (const [key, value] of counts) builder.set(key, { value, origin: host.origin });
    return builder.build();
  },
});

function inCase(text: string, isUpper: boolean): string {
  return isUpper
    ? text.replace(/[a-z]+/g, (part) => part.toUpperCase())
    : text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

function changed(args: Arguments, host: Host, array: PhpArray): bigint {
  args.assign(0, array, host.origin);
  return BigInt(array.size);
}

/** Names stay, numbers are counted anew. */
function recounted(rows: Iterable<Row>): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of rows) {
    if (typeof key === "string") builder.set(key, entry);
    else builder.push(entry);
  }
  return builder.build();
}

function splice(args: Arguments, host: Host): PhpValue {
  const rows = [...args.array(0).entries()], offset = Number(args.int(1)), length = args.optionalInt(2);
  const start = offset < 0 ? Math.max(0, rows.length + offset) : Math.min(offset, rows.length);
  const end = length === undefined
    ? rows.length
    : length < 0n
    ? Math.max(start, rows.length + Number(length))
    : Math.min(rows.length, start + Number(length));
  const given = args.value(3);
  const values = given instanceof PhpArray ? [...given.values()] : given === null ? [] : [given];
  const added = values.map((value): Row => [0n, { value, origin: host.origin }]);
  args.assign(0, recounted([...rows.slice(0, start), ...added, ...rows.slice(end)]), host.origin);
  return recounted(rows.slice(start, end));
}

function match(args: Arguments, host: Host): Row | undefined {
  return [...args.array(0).entries()].find(([key, { value }]) =>
    toBool(host.call(args.value(1), [value, key]))
  );
}

function isByReference(callback: PhpValue): boolean {
  return typeof callback === "object" && callback !== null && "takesReference" in callback &&
    callback.takesReference(0);
}
