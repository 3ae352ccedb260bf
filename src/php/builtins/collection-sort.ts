import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { picked } from "./collection-more.ts";
import { byCallback, byFlags, fromRows, type Row, sortedRows } from "./sort-values.ts";

/** The methods of Laravel's Collection that sort its items. The first parameter is the collection itself. */
export const collectionSortMethods: BuiltinTable = defineBuiltins({
  "sort(self, callback?)": (args, host) => {
    const order = isCallable(args.value(1))
      ? byCallback(args.value(1), host, (row) => row[1].value)
      : valueOrder(args, args.int(1));
    return wrap(fromRows(sortedRows(args.array(0), order, host), true));
  },
  "sortDesc(self, options?)": (args, host) => {
    const order = valueOrder(args, args.int(1));
    return wrap(fromRows(sortedRows(args.array(0), (a, b) => order(b, a), host), true));
  },
  "sortBy(self, callback, options?, descending?)": (args, host) => sortBy(args, host, args.bool(3) ? -1 : 1),
  "sortByDesc(self, callback, options?)": (args, host) => sortBy(args, host, -1),
  "sortKeys(self, options?)": (args, host) => keysInOrder(args, host, 1),
  "sortKeysDesc(self, options?)": (args, host) => keysInOrder(args, host, -1),
});

function wrap(items: PhpArray): PhpValue {
  return { kind: "collection", items };
}

function rows(args: Arguments): Row[] {
  return [...args.array(0).entries()];
}

function isCallable(value: PhpValue): boolean {
  return typeof value === "object" && value !== null && "invoke" in value;
}

function valueOrder(args: Arguments, flags: bigint): (left: Row, right: Row) => number {
  const order = byFlags([...args.array(0).values()], flags);
  return ([, a], [, b]) => order(a.value, b.value);
}

function sortBy(args: Arguments, host: Host, sign: 1 | -1): PhpValue {
  if (args.value(1) instanceof PhpArray) throw new PhpFault("sortBy() with several keys is not supported");
  const keys = new Map(rows(args).map((row) => [row[0], picked(args, row, host)]));
  const order = byFlags([...keys.values()], args.int(2));
  const sorted = sortedRows(
    args.array(0),
    ([a], [b]) => sign * order(keys.get(a) ?? null, keys.get(b) ?? null),
    host,
  );
  return wrap(fromRows(sorted, true));
}

function keysInOrder(args: Arguments, host: Host, sign: 1 | -1): PhpValue {
  const order = byFlags([...args.array(0).keys()], args.int(1));
  return wrap(fromRows(sortedRows(args.array(0), ([a], [b]) => sign * order(a, b), host), true));
}
