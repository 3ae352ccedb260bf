import { toBool, toStr } from "../values/coercion.ts";
import { PhpArray, PhpArrayBuilder, type PhpValue, toKey } from "../php-value.ts";
import { mapEntries, mapWithKeys } from "./array-callbacks.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { dotForget, dotGet, dotHas, dotSet, flattenDots } from "./dot-path.ts";
import { resolve } from "./environment.ts";
import { joinValues } from "./join-values.ts";

/** The static methods of `Illuminate\Support\Arr` that return a value. Those that change their argument are left out. */
export const arrMethods: BuiltinTable = defineBuiltins({
  "get(array, key, default?)": (args, host) => {
    const found = args.value(1) === null ? args.value(0) : dotGet(args.value(0), toStr(args.value(1)));
    return found === undefined ? resolve(args.value(2), host) : found;
  },
  "has(array, keys)": (args) => {
    const keys = listed(args.value(1));
    return keys.length > 0 && keys.every((key) => dotHas(args.value(0), toStr(key)));
  },
  "hasAny(array, keys)": (args) => listed(args.value(1)).some((key) => dotHas(args.value(0), toStr(key))),
  "exists(array, key)": (args) => args.array(0).entry(toKey(args.value(1))) !== undefined,
  "accessible(value)": (args) => args.value(0) instanceof PhpArray,
  "isAssoc(array)": (args) => !args.array(0).isList,
  "isList(array)": (args) => args.array(0).isList,
  "first(array, callback?, default?)": (args, host) =>
    firstOf([...args.array(0).entries()], args.value(1), args.value(2), host),
  "last(array, callback?, default?)": (args, host) =>
    firstOf([...args.array(0).entries()].reverse(), args.value(1), args.value(2), host),
  "only(array, keys)": (args) => pick(args.array(0), (key) => keySet(args.value(1)).has(key)),
  "except(array, keys)": (args) =>
    [...keySet(args.value(1))].reduce((array, key) => dotForget(array, String(key)), args.array(0)),
  "wrap(value)": (args, host) => {
    const value = args.value(0);
    if (value instanceof PhpArray) return value;
    return PhpArray.list(value === null ? [] : [value], host.origin);
  },
  "flatten(array, depth?)": (args) => {
    const builder = new PhpArrayBuilder();
    flatten(args.array(0), args.has(1) ? args.float(1) : Infinity, builder);
    return builder.build();
  },
  "collapse(array)": (args) => {
    const builder = new PhpArrayBuilder();
    for (const inner of args.array(0).values()) {
      if (!(inner instanceof PhpArray)) continue;
      for (const [key, entry] of inner.entries()) {
        if (typeof key === "string") builder.set(key, entry);
        else builder.push(entry);
      }
    }
    return builder.build();
  },
  "where(array, callback)": (args, host) =>
    pick(args.array(0), (key, value) => toBool(host.call(args.value(1), [value, key]))),
  "reject(array, callback)": (args, host) =>
    pick(args.array(0), (key, value) => !toBool(host.call(args.value(1), [value, key]))),
  "whereNotNull(array)": (args) => pick(args.array(0), (_, value) => value !== null),
  "map(array, callback)": (args, host) =>
    mapEntries(args.array(0), host, (value, key) => host.call(args.value(1), [value, key])),
  "mapWithKeys(array, callback)": (args, host) =>
    mapWithKeys(args.array(0), (value, key) => host.call(args.value(1), [value, key])),
  "pluck(array, value, key?)": (args, host) => {
    const builder = new PhpArrayBuilder();
    for (const [, row] of args.array(0).entries()) {
      const value = args.value(1) === null ? row.value : dotGet(row.value, toStr(args.value(1))) ?? null;
      const entry = { value, origin: { line: row.origin.line, env: row.origin.env } };
      const key = args.value(2) === null ? undefined : dotGet(row.value, toStr(args.value(2))) ?? null;
      host.spend(1);
      if (key === undefined) builder.push(entry);
      else builder.set(toKey(key), entry);
    }
    return builder.build();
  },
  "dot(array, prepend?)": (args) => {
    const builder = new PhpArrayBuilder();
    flattenDots(args.array(0), args.string(1), builder);
    return builder.build();
  },
  "undot(array)": (args, host) => {
    let result: PhpArray = new PhpArrayBuilder().build();
    for (const [key, entry] of args.array(0).entries()) {
      host.spend(result.weight);
      result = dotSet(result, String(key), entry);
    }
    return result;
  },
  "add(array, key, value)": (args, host) => {
    if (dotGet(args.array(0), toStr(args.value(1))) !== undefined) return args.array(0);
    return dotSet(args.array(0), toStr(args.value(1)), { value: args.value(2), origin: host.origin });
  },
  "join(array, glue, finalGlue?)": (args) => {
    const values = [...args.array(0).values()];
    if (args.string(2) === "" || values.length < 2) return joinValues(values, args.string(1));
    const last = joinValues(values.slice(-1), "");
    return joinValues([joinValues(values.slice(0, -1), args.string(1)), last], args.string(2));
  },
});

function listed(value: PhpValue): readonly PhpValue[] {
  return value instanceof PhpArray ? [...value.values()] : [value];
}

function keySet(value: PhpValue): ReadonlySet<bigint | string> {
  return new Set(listed(value).map(toKey));
}

function pick(array: PhpArray, test: (key: bigint | string, value: PhpValue) => boolean): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of array.entries()) {
    if (test(key, entry.value)) builder.set(key, entry);
  }
  return builder.build();
}

type Row = ReturnType<PhpArray["entries"]> extends Iterable<infer Item> ? Item : never;

function firstOf(rows: readonly Row[], callback: PhpValue, fallback: PhpValue, host: Host): PhpValue {
  for (const [key, { value }] of rows) {
    if (callback === null || toBool(host.call(callback, [value, key]))) return value;
  }
  return resolve(fallback, host);
}

function flatten(array: PhpArray, depth: number, builder: PhpArrayBuilder): void {
  for (const [, entry] of array.entries()) {
    if (!(entry.value instanceof PhpArray)) builder.push(entry);
    else if (depth === 1) { for (const [, inner] of entry.value.entries()) builder.push(inner); }
    else flatten(entry.value, depth - 1, builder);
  }
}
