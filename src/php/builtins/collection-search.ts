import { toBool, toStr } from "../values/coercion.ts";
import { compare, identical, looselyEqual } from "../values/comparison.ts";
import { PhpFault } from "../php-config-error.ts";
import type { PhpArray, PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { picked } from "./collection-more.ts";
import { dotGet } from "./dot-path.ts";
import { fromRows, type Row } from "./sort-values.ts";

/** The methods of Laravel's Collection that look for items. The first parameter is the collection itself. */
export const collectionSearchMethods: BuiltinTable = defineBuiltins({
  "contains(self, key, operator?, value?)": (args, host) => search(args, host) !== undefined,
  "doesntContain(self, key, operator?, value?)": (args, host) => search(args, host) === undefined,
  // A text is the name of an entry, and no function.
  "every(self, key, operator?, value?)": (args, host) => {
    const test = args.has(2) ? comparison(args, 1) : undefined;
    return rows(args).every((row) =>
      test === undefined ? toBool(picked(args, row, host)) : test(row[1].value)
    );
  },
  "some(self, key, operator?, value?)": (args, host) => search(args, host) !== undefined,
  "search(self, value, strict?)": (args, host) => {
    const wanted = args.value(1), same = args.bool(2) ? identical : looselyEqual;
    const found = rows(args).find(([key, { value }]) =>
      isCallable(wanted) ? toBool(host.call(wanted, [value, key])) : same(value, wanted)
    );
    return found?.[0] ?? false;
  },
  "where(self, key, operator?, value?)": (args) => {
    const test = comparison(args, 1);
    return wrap(fromRows(rows(args).filter(([, { value }]) => test(value)), true));
  },
  "whereIn(self, key, values)": (args) =>
    wrap(fromRows(
      rows(args).filter(([, { value }]) => {
        const own = dotGet(value, toStr(args.value(1))) ?? null;
        return [...args.array(2).values()].some((each) => looselyEqual(each, own));
      }),
      true,
    )),
  "whereNotNull(self, key?)": (args) =>
    wrap(fromRows(
      rows(args).filter(([, { value }]) =>
        (args.value(1) === null ? value : dotGet(value, toStr(args.value(1))) ?? null) !== null
      ),
      true,
    )),
  "firstWhere(self, key, operator?, value?)": (args) => {
    const test = comparison(args, 1);
    return rows(args).find(([, { value }]) => test(value))?.[1].value ?? null;
  },
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

function search(args: Arguments, host: Host): Row | undefined {
  const wanted = args.value(1);
  if (args.has(2)) {
    const test = comparison(args, 1);
    return rows(args).find(([, { value }]) => test(value));
  }
  return rows(args).find(([key, { value }]) =>
    isCallable(wanted) ? toBool(host.call(wanted, [value, key])) : looselyEqual(value, wanted)
  );
}

/** `('key', 'value')` and `('key', '>', 'value')`. */
function comparison(args: Arguments, at: number): (item: PhpValue) => boolean {
  const key = toStr(args.value(at)), hasOperator = args.has(at + 2);
  const operator = hasOperator ? toStr(args.value(at + 1)) : "=";
  const wanted = hasOperator ? args.value(at + 2) : args.has(at + 1) ? args.value(at + 1) : true;
  return (item) => {
    const own = dotGet(item, key) ?? null;
    switch (operator) {
      case "=":
      case "==":
        return looselyEqual(own, wanted);
      case "!=":
      case "<>":
        return !looselyEqual(own, wanted);
      case "===":
        return identical(own, wanted);
      case "!==":
        return !identical(own, wanted);
      case "<":
        return compare(own, wanted) < 0;
      case "<=":
        return compare(own, wanted) <= 0;
      case ">":
        return compare(wanted, own) < 0;
      case ">=":
        return compare(wanted, own) <= 0;
      default:
        throw new PhpFault(`where() with "${operator}" is not supported`);
    }
  };
}
