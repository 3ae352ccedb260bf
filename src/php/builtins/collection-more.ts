import { calculate } from "../values/arithmetic.ts";
import { toBool, toStr } from "../values/coercion.ts";
import { compare } from "../values/comparison.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpEntry, type PhpKey, type PhpValue, toKey } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { arrMethods } from "./arr-methods.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { dotGet } from "./dot-path.ts";
import { encodeJson } from "./encode-json.ts";
import { resolve } from "./environment.ts";
import { fromRows, type Row } from "./sort-values.ts";

/** More methods of Laravel's Collection. The first parameter is the collection itself. */
export const collectionMoreMethods: BuiltinTable = defineBuiltins({
  "each(self, callback)": (args, host) => {
    for (const [key, { value }] of args.array(0).entries()) {
      if (host.call(args.value(1), [value, key]) === false) break;
    }
    return args.value(0);
  },
  "flatMap(self, callback)": (args, host) => {
    const builder = new PhpArrayBuilder();
    for (const [key, { value }] of args.array(0).entries()) {
      const inner = asArray(host.call(args.value(1), [value, key]));
      if (inner === undefined) continue;
      for (const [name, entry] of inner.entries()) put(builder, name, entry);
    }
    return wrap(builder.build());
  },
  "reduce(self, callback, initial?)": (args, host) =>
    rows(args).reduce(
      (carry, [key, { value }]) => host.call(args.value(1), [carry, value, key]),
      args.value(2),
    ),
  "sum(self, callback?)": (args, host) =>
    rows(args).reduce<PhpValue>((total, row) => calculate("+", total, picked(args, row, host)), 0n),
  "max(self, callback?)": (args, host) => extreme(args, host, 1),
  "min(self, callback?)": (args, host) => extreme(args, host, -1),
  "reverse(self)": (args) => wrap(fromRows(rows(args).reverse(), true)),
  "flip(self)": (args, host) => {
    const builder = new PhpArrayBuilder();
    for (const [key, { value }] of rows(args)) {
      // PHP leaves out what is no key, with a warning.
      if (typeof value !== "string" && typeof value !== "bigint") continue;
      builder.set(toKey(value), { value: key, origin: host.origin });
    }
    return wrap(builder.build());
  },
  "concat(self, source)": (args) => {
    const builder = new PhpArrayBuilder(args.array(0));
    for (const [, entry] of args.array(1).entries()) builder.push(entry);
    return wrap(builder.build());
  },
  "union(self, items)": (args) => wrap(calculate("+", args.array(0), args.array(1)) as PhpArray),
  "combine(self, values)": (args) => {
    const values = [...args.array(1).entries()], builder = new PhpArrayBuilder();
    if (values.length !== args.array(0).size) {
      throw new PhpFault("combine() of lists of two lengths is not supported");
    }
    rows(args).forEach(([, { value }], index) => {
      const entry = values[index]?.[1];
      if (entry !== undefined) builder.set(toKey(value), entry);
    });
    return wrap(builder.build());
  },
  "take(self, limit)": (args) => {
    const limit = Number(args.int(1));
    return wrap(fromRows(limit < 0 ? rows(args).slice(limit) : rows(args).slice(0, limit), true));
  },
  "skip(self, count)": (args) => wrap(fromRows(rows(args).slice(Number(args.int(1))), true)),
  "slice(self, offset, length?)": (args) => {
    const from = Number(args.int(1)), length = args.optionalInt(2), all = rows(args);
    const start = from < 0 ? Math.max(0, all.length + from) : from;
    const end = length === undefined ? undefined : length < 0n ? Number(length) : start + Number(length);
    return wrap(fromRows(all.slice(start, end), true));
  },
  "chunk(self, size)": (args, host) => {
    const size = Number(args.int(1)), all = rows(args), chunks: PhpValue[] = [];
    if (size < 1) return wrap(PhpArray.list([], host.origin));
    for (let at = 0; at < all.length; at += size) chunks.push(wrap(fromRows(all.slice(at, at + size), true)));
    return wrap(PhpArray.list(chunks, host.origin));
  },
  "groupBy(self, groupBy)": (args, host) => {
    const groups = new Map<PhpKey, Row[]>();
    for (const row of rows(args)) {
      const key = toKey(picked(args, row, host));
      groups.set(key, [...groups.get(key) ?? [], row]);
    }
    const builder = new PhpArrayBuilder();
    for (const [key, group] of groups) {
      builder.set(key, { value: wrap(fromRows(group, false)), origin: host.origin });
    }
    return wrap(builder.build());
  },
  "keyBy(self, keyBy)": (args, host) => {
    const builder = new PhpArrayBuilder();
    for (const row of rows(args)) builder.set(toKey(picked(args, row, host)), row[1]);
    return wrap(builder.build());
  },
  "diff(self, items)": (args) =>
    without(args, ([, { value }]) => toStr(value), [...args.array(1).values()].map(toStr)),
  "diffKeys(self, items)": (args) =>
    without(args, ([key]) => String(key), [...args.array(1).keys()].map(String)),
  "intersect(self, items)": (args) => {
    const wanted = new Set([...args.array(1).values()].map(toStr));
    return wrap(fromRows(rows(args).filter(([, { value }]) => wanted.has(toStr(value))), true));
  },
  "tap(self, callback)": (args, host) => {
    host.call(args.value(1), [args.value(0)]);
    return args.value(0);
  },
  "pipe(self, callback)": (args, host) => host.call(args.value(1), [args.value(0)]),
  "when(self, value, callback?, default?)": (args, host) =>
    conditional(args, toBool(resolve(args.value(1), host, [args.value(0)])), host, true),
  "unless(self, value, callback?, default?)": (args, host) =>
    conditional(args, !toBool(resolve(args.value(1), host, [args.value(0)])), host, true),
  "whenEmpty(self, callback, default?)": (args, host) =>
    conditional(args, args.array(0).size === 0, host, false),
  "whenNotEmpty(self, callback, default?)": (args, host) =>
    conditional(args, args.array(0).size > 0, host, false),
  "toJson(self, options?)": (args) => encodeJson(args.array(0), args.int(1)),
  "collect(self)": (args) => args.value(0),
  ...fromArr(["only", "except", "pluck", "flatten", "collapse", "dot", "undot"]),
});

function wrap(items: PhpArray): PhpValue {
  return { kind: "collection", items };
}

function rows(args: Arguments): Row[] {
  return [...args.array(0).entries()];
}

function put(builder: PhpArrayBuilder, key: PhpKey, entry: PhpEntry): void {
  if (typeof key === "string") builder.set(key, entry);
  else builder.push(entry);
}

function asArray(value: PhpValue): PhpArray | undefined {
  if (value instanceof PhpArray) return value;
  return typeof value === "object" && value?.kind === "collection" ? value.items : undefined;
}

function isCallable(value: PhpValue): boolean {
  return typeof value === "object" && value !== null && "invoke" in value;
}

/** Methods that are those of `Arr`, on the items. */
function fromArr(names: readonly string[]): Record<string, Behaviour> {
  return Object.fromEntries(names.map((name) => {
    const method = arrMethods.get(name);
    const list = [
      "self",
      ...method?.parameters.slice(1).map((each) => each.required ? each.name : `${each.name}?`) ?? [],
    ];
    return [`${name}(${list.join(", ")})`, (args, host) => {
      const result = method?.run(args, host) ?? null;
      return result instanceof PhpArray ? wrap(result) : result;
    }];
  }));
}

/** The value that a callback or a dotted name makes of a row; the value itself without one. */
export function picked(args: Arguments, [key, { value }]: Row, host: Host): PhpValue {
  const by = args.value(1);
  if (by === null) return value;
  return isCallable(by) ? host.call(by, [value, key]) : dotGet(value, toStr(by)) ?? null;
}

function extreme(args: Arguments, host: Host, sign: 1 | -1): PhpValue {
  const values = rows(args).map((row) => picked(args, row, host)).filter((value) => value !== null);
  return values.reduce<PhpValue>(
    (best, value) => best === null || compare(value, best) * sign > 0 ? value : best,
    null,
  );
}

function without(args: Arguments, mark: (row: Row) => string, marks: readonly string[]): PhpValue {
  const unwanted = new Set(marks);
  return wrap(fromRows(rows(args).filter((row) => !unwanted.has(mark(row))), true));
}

function conditional(args: Arguments, isTaken: boolean, host: Host, hasValue: boolean): PhpValue {
  const at = hasValue ? 2 : 1, callback = isTaken ? args.value(at) : args.value(at + 1);
  if (callback === null) return args.value(0);
  return host.call(callback, hasValue ? [args.value(0), args.value(1)] : [args.value(0)]) ?? args.value(0);
}
