import { calculate } from "../values/arithmetic.ts";
import { asCollection } from "../values/changed-collections.ts";
import { toBool, toStr } from "../values/coercion.ts";
import { identical } from "../values/comparison.ts";
import { PhpFault } from "../php-config-error.ts";
import {
  PhpArray,
  PhpArrayBuilder,
  type PhpCollection,
  type PhpKey,
  type PhpValue,
  toKey,
} from "../php-value.ts";
import { raise } from "../php-throw.ts";
import { type Arguments, bindArguments } from "./arguments.ts";
import { arrayFunctions } from "./array-functions.ts";
import { arraySetFunctions } from "./array-set-functions.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { picked } from "./collection-more.ts";
import { dotGet } from "./dot-path.ts";
import { resolve } from "./environment.ts";
import { joinValues } from "./join-values.ts";
import { fromRows, type Row } from "./sort-values.ts";

/** Methods of Laravel's Collection that take it into parts, or put it together. The first parameter is the collection itself. */
export const collectionPartMethods: BuiltinTable = defineBuiltins({
  "partition(self, key)": (args, host) => {
    const passed: Row[] = [], failed: Row[] = [];
    for (const row of rows(args)) (toBool(picked(args, row, host)) ? passed : failed).push(row);
    return listed([wrap(fromRows(passed, true)), wrap(fromRows(failed, true))], host);
  },
  "split(self, numberOfGroups)": (args, host) => {
    const groups = Number(args.int(1)), all = rows(args), parts: PhpValue[] = [];
    if (groups < 1) throw raise("InvalidArgumentException", "Number of groups must be at least 1.");
    for (let group = 0, start = 0; group < groups && start < all.length; group++) {
      const size = Math.floor(all.length / groups) + (group < all.length % groups ? 1 : 0);
      parts.push(wrap(renumbered(all.slice(start, start + size))));
      start += size;
    }
    return listed(parts, host);
  },
  "forPage(self, page, perPage)": (args) => {
    const size = Number(args.int(2)), from = Math.max(0, (Number(args.int(1)) - 1) * size);
    if (size < 0) throw new PhpFault("forPage() with a negative $perPage is not supported");
    return wrap(fromRows(rows(args).slice(from, from + size), true));
  },
  "nth(self, step, offset?)": (args) => {
    const step = Number(args.int(1)), offset = Number(args.int(2)), all = rows(args);
    if (step < 1) throw raise("InvalidArgumentException", "Step value must be at least 1.");
    const from = offset < 0 ? Math.max(0, all.length + offset) : offset;
    return wrap(fromRows(all.slice(from).filter((_, index) => index % step === 0), false));
  },
  "takeWhile(self, value)": (args, host) => wrap(fromRows(rows(args).slice(0, end(args, host, false)), true)),
  "takeUntil(self, value)": (args, host) => wrap(fromRows(rows(args).slice(0, end(args, host, true)), true)),
  "skipWhile(self, value)": (args, host) => wrap(fromRows(rows(args).slice(end(args, host, false)), true)),
  "skipUntil(self, value)": (args, host) => wrap(fromRows(rows(args).slice(end(args, host, true)), true)),
  "avg(self, callback?)": average,
  "average(self, callback?)": average,
  "countBy(self, countBy?)": (args, host) => {
    const counts = new Map<PhpKey, bigint>();
    for (const row of rows(args)) {
      const key = toKey(picked(args, row, host));
      counts.set(key, (counts.get(key) ?? 0n) + 1n);
    }
    const builder = new PhpArrayBuilder();
    for (const [key, value] of counts) builder.set(key, { value, origin: host.origin });
    return wrap(builder.build());
  },
  "value(self, key, default?)": (args, host) => {
    const values = rows(args).map(([, { value }]) => dotGet(value, toStr(args.value(1))));
    return values.find((value) => value !== undefined) ?? resolve(args.value(2), host);
  },
  "hasAny(self, ...keys)": (args) => {
    const [first] = args.rest, keys = first instanceof PhpArray ? [...first.values()] : args.rest;
    return keys.some((key) => args.array(0).entry(toKey(key)) !== undefined);
  },
  "zip(self, ...items)": (args, host) => {
    const lists = [args.value(0), ...args.rest].map((each) => [...itemsOf(each).values()]);
    const size = Math.max(...lists.map((list) => list.length));
    host.spend(size * lists.length);
    return listed(
      Array.from({ length: size }, (_, index) => listed(lists.map((list) => list[index] ?? null), host)),
      host,
    );
  },
  "join(self, glue, finalGlue?)": (args) => {
    const values = [...args.array(0).values()], last = args.string(2);
    if (last === "") return joinValues(values, args.string(1));
    if (values.length < 2) return values[0] ?? "";
    return joinValues([joinValues(values.slice(0, -1), args.string(1)), values.at(-1)!], last);
  },
  "implode(self, value?, glue?)": (args, host) => {
    const all = rows(args), [first] = all, value = first?.[1].value ?? null;
    const isPicked = isCallable(args.value(1)) || value instanceof PhpArray;
    return isPicked
      ? joinValues(all.map((row) => picked(args, row, host)), args.string(2))
      : joinValues(args.array(0).values(), args.string(1));
  },
  ...byFunction("pad(self, size, value)", arrayFunctions, "array_pad"),
  ...byFunction("replace(self, items)", arraySetFunctions, "array_replace"),
  ...byFunction("mergeRecursive(self, items)", arraySetFunctions, "array_merge_recursive"),
});

/** A method that is a function of PHP on the items. */
function byFunction(signature: string, table: BuiltinTable, name: string): Record<string, Behaviour> {
  return {
    [signature]: (args, host) => {
      const builtin = table.get(name)!, more = [1, 2].filter((index) => args.has(index));
      const positional = [
        args.array(0),
        ...more.map((index) => asCollection(args.value(index))?.items ?? args.value(index)),
      ];
      const result = builtin.run(
        bindArguments(builtin, { positional, named: new Map(), cells: new Map() }, false),
        host,
      );
      return result instanceof PhpArray ? wrap(result) : result;
    },
  };
}

/** The place of the first item that passes the test (`wanted`), or that does not; the length where there is none. */
function end(args: Arguments, host: Host, wanted: boolean): number {
  const test = args.value(1), all = rows(args);
  const at = all.findIndex(([key, { value }]) =>
    (isCallable(test) ? toBool(host.call(test, [value, key])) : identical(value, test)) === wanted
  );
  return at < 0 ? all.length : at;
}

function average(args: Arguments, host: Host): PhpValue {
  const values = rows(args).map((row) => picked(args, row, host)).filter((value) => value !== null);
  const sum = values.reduce<PhpValue>((total, value) => calculate("+", total, value), 0n);
  return values.length === 0 ? null : calculate("/", sum, BigInt(values.length));
}

/** As `array_slice` leaves them: names stay, numbers are counted anew. */
function renumbered(all: readonly Row[]): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of all) {
    if (typeof key === "string") builder.set(key, entry);
    else builder.push(entry);
  }
  return builder.build();
}

function itemsOf(value: PhpValue): PhpArray {
  const items = asCollection(value)?.items ?? value;
  if (items instanceof PhpArray) return items;
  throw new PhpFault("zip() with anything but arrays is not supported");
}

function listed(values: readonly PhpValue[], { origin }: Host): PhpCollection {
  return wrap(PhpArray.list(values, origin));
}

function rows(args: Arguments): Row[] {
  return [...args.array(0).entries()];
}

function isCallable(value: PhpValue): boolean {
  return typeof value === "object" && value !== null && "invoke" in value;
}

function wrap(items: PhpArray): PhpCollection {
  return { kind: "collection", items };
}
