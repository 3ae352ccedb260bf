import { toBool } from "../values/coercion.ts";
import { looselyEqual } from "../values/comparison.ts";
import {
  PhpArray,
  PhpArrayBuilder,
  type PhpCollection,
  type PhpEntry,
  type PhpKey,
  type PhpValue,
  toKey,
} from "../php-value.ts";
import { mapEntries, mapWithKeys } from "./array-callbacks.ts";
import { mergeArrays, uniqueEntries } from "./array-set-functions.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { resolve } from "./environment.ts";

/** `collect()` */
export const collectionFunctions: BuiltinTable = defineBuiltins({
  "collect(value?)": (args, host) => {
    const value = args.value(0);
    if (value === null) return wrap(PhpArray.list([], host.origin));
    if (typeof value === "object" && !(value instanceof PhpArray)) return wrap(args.array(0));
    return wrap(value instanceof PhpArray ? value : PhpArray.list([value], host.origin));
  },
});

/** The methods of Laravel's Collection that configuration files use. The first parameter is the collection itself. */
export const collectionMethods: BuiltinTable = defineBuiltins({
  "all(self)": (args) => args.array(0),
  "toArray(self)": (args) => plain(args.array(0)),
  "map(self, callback)": (args, host) =>
    wrap(mapEntries(args.array(0), host, (value, key) => host.call(args.value(1), [value, key]))),
  "filter(self, callback?)": (args, host) =>
    wrap(
      keep(args.array(0), (value, key) =>
        toBool(args.value(1) === null ? value : host.call(args.value(1), [value, key]))),
    ),
  "reject(self, callback?)": (args, host) => {
    const callback = args.has(1) ? args.value(1) : true;
    const isCallable = typeof callback === "object" && callback !== null && "invoke" in callback;
    return wrap(
      keep(
        args.array(0),
        (value, key) =>
          isCallable ? !toBool(host.call(callback, [value, key])) : !looselyEqual(value, callback),
      ),
    );
  },
  "values(self)": (args) => {
    const builder = new PhpArrayBuilder();
    for (const [, entry] of args.array(0).entries()) builder.push(entry);
    return wrap(builder.build());
  },
  "keys(self)": (args, host) => wrap(PhpArray.list(args.array(0).keys(), host.origin)),
  "merge(self, items)": (args) => wrap(mergeArrays([args.array(0), args.array(1)])),
  "unique(self)": (args, host) => wrap(uniqueEntries(args.array(0), true, (units) => host.spend(units))),
  "mapWithKeys(self, callback)": (args, host) =>
    wrap(mapWithKeys(args.array(0), (value, key) => host.call(args.value(1), [value, key]))),
  "count(self)": (args) => BigInt(args.array(0).size),
  "isEmpty(self)": (args) => args.array(0).size === 0,
  "isNotEmpty(self)": (args) => args.array(0).size > 0,
  "first(self, callback?, default?)": (args, host) =>
    found([...args.array(0).entries()], args.value(1), args.value(2), host),
  "last(self, callback?, default?)": (args, host) =>
    found([...args.array(0).entries()].reverse(), args.value(1), args.value(2), host),
  "get(self, key, default?)": (args, host) =>
    args.array(0).get(toKey(args.value(1))) ?? resolve(args.value(2), host),
  "has(self, key)": (args) => args.array(0).entry(toKey(args.value(1))) !== undefined,
});

function found(
  rows: readonly (readonly [PhpKey, PhpEntry])[],
  callback: PhpValue,
  fallback: PhpValue,
  host: Host,
): PhpValue {
  for (const [key, { value }] of rows) {
    if (callback === null || toBool(host.call(callback, [value, key]))) return value;
  }
  return resolve(fallback, host);
}

function wrap(items: PhpArray): PhpCollection {
  return { kind: "collection", items };
}

function plain(array: PhpArray): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, { value, origin }] of array.entries()) {
    const inner = typeof value === "object" && value !== null && "items" in value
      ? plain(value.items)
      : value;
    builder.set(key, { value: inner, origin });
  }
  return builder.build();
}

function keep(array: PhpArray, test: (value: PhpValue, key: bigint | string) => boolean): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of array.entries()) {
    if (test(entry.value, key)) builder.set(key, entry);
  }
  return builder.build();
}
