import { asCollection, changeItems } from "../values/changed-collections.ts";
import { PhpArray, PhpArrayBuilder, type PhpCollection, type PhpValue, toKey } from "../php-value.ts";
import { Arguments, bindArguments } from "./arguments.ts";
import { arrMoreMethods } from "./arr-more-methods.ts";
import { mapEntries } from "./array-callbacks.ts";
import { arrayChangeFunctions } from "./array-change-functions.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";

/** The methods of Laravel's Collection that change it, and do not only make another one of it. */
export const collectionChangeMethods: BuiltinTable = defineBuiltins({
  "push(self, ...values)": (args, host) => {
    const builder = new PhpArrayBuilder(args.array(0));
    for (const value of args.rest) builder.push({ value, origin: host.origin });
    return changed(args, builder.build());
  },
  "add(self, item)": (args, host) =>
    changed(args, args.array(0).with(undefined, { value: args.value(1), origin: host.origin })),
  "put(self, key, value)": (args, host) => {
    const key = args.value(1) === null ? undefined : toKey(args.value(1));
    return changed(args, args.array(0).with(key, { value: args.value(2), origin: host.origin }));
  },
  "prepend(self, value, key?)": (args, host) => {
    const entry = { value: args.value(1), origin: host.origin }, builder = new PhpArrayBuilder();
    if (args.has(2)) builder.set(toKey(args.value(2)), entry);
    else builder.push(entry);
    for (const [key, each] of args.array(0).entries()) {
      if (!args.has(2) && typeof key === "bigint") builder.push(each);
      else if (!builder.has(key)) builder.set(key, each);
    }
    return changed(args, builder.build());
  },
  "unshift(self, ...values)": (args, host) => {
    onItems(args, host, arrayChangeFunctions, "array_unshift", args.rest);
    return args.value(0);
  },
  "pop(self, count?)": (args, host) => several(args, host, "array_pop"),
  "shift(self, count?)": (args, host) => several(args, host, "array_shift"),
  "pull(self, key, default?)": (args, host) =>
    onItems(args, host, arrMoreMethods, "pull", [args.value(1), args.value(2)]),
  "forget(self, keys)": (args) => {
    const keys = asCollection(args.value(1))?.items ?? args.value(1),
      builder = new PhpArrayBuilder(args.array(0));
    for (const key of keys instanceof PhpArray ? keys.values() : [keys]) builder.delete(toKey(key));
    return changed(args, builder.build());
  },
  "transform(self, callback)": (args, host) =>
    changed(
      args,
      mapEntries(args.array(0), host, (value, key) => host.call(args.value(1), [value, key])),
    ),
  "splice(self, offset, length?, replacement?)": (args, host) => {
    const rest = [1, 2, 3].filter((index) => args.has(index)).map((index) =>
      asCollection(args.value(index))?.items ?? args.value(index)
    );
    const taken = onItems(args, host, arrayChangeFunctions, "array_splice", rest);
    return wrap(taken instanceof PhpArray ? taken : new PhpArrayBuilder().build());
  },
});

/** Whether a method changes the collection that it is called on. */
export function changesCollection(method: string): boolean {
  return collectionChangeMethods.has(method.toLowerCase());
}

function changed(args: Arguments, items: PhpArray): PhpValue {
  const collection = asCollection(args.value(0))!;
  changeItems(collection, items);
  return collection;
}

/** Runs a function on the items, which it changes by its first parameter. */
function onItems(
  args: Arguments,
  host: Host,
  table: BuiltinTable,
  name: string,
  rest: readonly PhpValue[],
): PhpValue {
  const collection = asCollection(args.value(0))!, items = { value: collection.items, env: [] };
  const cell = {
    variable: items,
    set: ({ value }: { readonly value: PhpValue }) => {
      if (value instanceof PhpArray) changeItems(collection, value);
    },
  };
  const builtin = table.get(name)!;
  const bound = { positional: [items.value, ...rest], named: new Map(), cells: new Map([[0, cell]]) };
  return builtin.run(bindArguments(builtin, bound, false), host);
}

/** `pop` and `shift`: one item, or a collection of several. */
function several(args: Arguments, host: Host, name: "array_pop" | "array_shift"): PhpValue {
  const take = (): PhpValue => onItems(args, host, arrayChangeFunctions, name, []);
  const count = args.int(1, 1n), size = BigInt(args.array(0).size);
  if (count === 1n) return take();
  const taken: PhpValue[] = [];
  for (let left = count < size ? count : size; left > 0n; left--) taken.push(take());
  return size === 0n && name === "array_shift" ? null : wrap(PhpArray.list(taken, host.origin));
}

function wrap(items: PhpArray): PhpCollection {
  return { kind: "collection", items };
}
