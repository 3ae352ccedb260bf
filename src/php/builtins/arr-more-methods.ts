import { toBool, toStr } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, toKey } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { dotForget, dotGet, dotHas, dotSet } from "./dot-path.ts";
import { resolve } from "./environment.ts";
import { byFlags, fromRows, sortedRows } from "./sort-values.ts";
import { textFunctions } from "./text-functions.ts";

/** More static methods of `Illuminate\Support\Arr`, also those that change the variable that they are given. */
export const arrMoreMethods: BuiltinTable = defineBuiltins({
  "keyBy(array, keyBy)": (args, host) => {
    const builder = new PhpArrayBuilder(), by = args.value(1);
    for (const [, entry] of args.array(0).entries()) {
      const isName = typeof by === "string" || typeof by === "bigint";
      const key = isName ? dotGet(entry.value, toStr(by)) ?? null : host.call(by, [entry.value]);
      builder.set(toKey(key), entry);
    }
    return builder.build();
  },
  "prepend(array, value, key?)": (args, host) => {
    const entry = { value: args.value(1), origin: host.origin }, builder = new PhpArrayBuilder();
    if (args.has(2)) builder.set(toKey(args.value(2)), entry);
    else builder.push(entry);
    for (const [key, each] of args.array(0).entries()) {
      if (args.has(2)) { if (!builder.has(key)) builder.set(key, each); }
      else if (typeof key === "string") builder.set(key, each);
      else builder.push(each);
    }
    return builder.build();
  },
  "divide(array)": (args, host) => {
    const array = args.array(0);
    const keys = PhpArray.list(array.keys(), host.origin);
    return PhpArray.list([keys, fromRows(array.entries(), false)], host.origin);
  },
  "query(array)": (args, host) => {
    const build = textFunctions.get("http_build_query");
    if (build === undefined) throw new PhpFault("Arr::query() is not supported");
    return toStr(host.call("http_build_query", [args.array(0), "", "&", 2n]));
  },
  "sort(array, callback?)": (args, host) => sorted(args.array(0), args.value(1), host, 1),
  "sortDesc(array, callback?)": (args, host) => sorted(args.array(0), args.value(1), host, -1),
  "prependKeysWith(array, prependWith)": (args) => {
    const builder = new PhpArrayBuilder();
    for (const [key, entry] of args.array(0).entries()) builder.set(toKey(args.string(1) + key), entry);
    return builder.build();
  },
  "every(array, callback)": (args, host) =>
    [...args.array(0).entries()].every(([key, { value }]) => toBool(host.call(args.value(1), [value, key]))),
  "some(array, callback)": (args, host) =>
    [...args.array(0).entries()].some(([key, { value }]) => toBool(host.call(args.value(1), [value, key]))),
  "hasAll(array, keys)": (args) => {
    const keys = args.value(1) instanceof PhpArray ? [...args.array(1).values()] : [args.value(1)];
    return keys.length > 0 && args.array(0).size > 0 &&
      keys.every((key) => dotHas(args.value(0), toStr(key)));
  },
  "set(&array, key, value)": (args, host) => {
    const entry = { value: args.value(2), origin: host.origin };
    const result = args.value(1) === null ? args.value(2) : dotSet(
      args.value(0) === null ? PhpArray.list([], host.origin) : args.array(0),
      toStr(args.value(1)),
      entry,
    );
    args.assign(0, result, host.origin);
    // Laravel's variable has moved to the innermost array by then.
    const path = toStr(args.value(1)), dot = path.lastIndexOf(".");
    return dot < 0 || !(result instanceof PhpArray) ? result : dotGet(result, path.slice(0, dot)) ?? null;
  },
  "forget(&array, keys)": (args, host) => {
    const keys = args.value(1) instanceof PhpArray ? [...args.array(1).values()] : [args.value(1)];
    args.assign(
      0,
      keys.reduce<PhpArray>((array, key) => dotForget(array, toStr(key)), args.array(0)),
      host.origin,
    );
    return null;
  },
  "pull(&array, key, default?)": (args, host) => {
    const key = toStr(args.value(1)), found = dotGet(args.array(0), key);
    args.assign(0, dotForget(args.array(0), key), host.origin);
    return found === undefined ? resolve(args.value(2), host) : found;
  },
});

function sorted(
  array: PhpArray,
  callback: ReturnType<typeof resolve>,
  host: Parameters<typeof resolve>[1],
  sign: 1 | -1,
): PhpArray {
  if (typeof callback === "object" && callback !== null && "invoke" in callback) {
    const keys = new Map(
      [...array.entries()].map(([key, { value }]) => [key, host.call(callback, [value, key])]),
    );
    const order = byFlags([...keys.values()], 0n);
    return fromRows(
      sortedRows(array, ([a], [b]) => sign * order(keys.get(a) ?? null, keys.get(b) ?? null), host),
      true,
    );
  }
  if (callback !== null) throw new PhpFault("sorting by this is not supported");
  const order = byFlags([...array.values()], 0n);
  return fromRows(sortedRows(array, ([, a], [, b]) => sign * order(a.value, b.value), host), true);
}
