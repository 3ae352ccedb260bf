import { type Behaviour, type BuiltinTable, defineBuiltins } from "./builtin.ts";
import type { PhpValue } from "../php-value.ts";
import { byCallback, byFlags, fromRows, naturalCompare, type Row, sortedRows } from "./sort-values.ts";
import { toStr } from "../values/coercion.ts";

/** PHP's functions that sort the variable that they are given. */
export const sortFunctions: BuiltinTable = defineBuiltins({
  "sort(&array, flags?)": byValue(1, false),
  "rsort(&array, flags?)": byValue(-1, false),
  "asort(&array, flags?)": byValue(1, true),
  "arsort(&array, flags?)": byValue(-1, true),
  "ksort(&array, flags?)": byKey(1),
  "krsort(&array, flags?)": byKey(-1),
  "usort(&array, callback)": byAnswer((row) => row[1].value, false),
  "uasort(&array, callback)": byAnswer((row) => row[1].value, true),
  "uksort(&array, callback)": byAnswer((row) => row[0], true),
  "natsort(&array)": natural((text) => text),
  "natcasesort(&array)": natural((text) => text.toLowerCase()),
});

function byValue(sign: 1 | -1, keepKeys: boolean): Behaviour {
  return (args, host) => {
    const array = args.array(0), order = byFlags([...array.values()], args.int(1));
    const rows = sortedRows(array, ([, a], [, b]) => sign * order(a.value, b.value), host);
    args.assign(0, fromRows(rows, keepKeys), host.origin);
    return true;
  };
}

function byKey(sign: 1 | -1): Behaviour {
  return (args, host) => {
    const array = args.array(0), order = byFlags([...array.keys()], args.int(1));
    args.assign(0, fromRows(sortedRows(array, ([a], [b]) => sign * order(a, b), host), true), host.origin);
    return true;
  };
}

function byAnswer(part: (row: Row) => PhpValue, keepKeys: boolean): Behaviour {
  return (args, host) => {
    const rows = sortedRows(args.array(0), byCallback(args.value(1), host, part), host);
    args.assign(0, fromRows(rows, keepKeys), host.origin);
    return true;
  };
}

function natural(fold: (text: string) => string): Behaviour {
  return (args, host) => {
    const text = ([, { value }]: Row): string => fold(toStr(value));
    const rows = sortedRows(args.array(0), (a, b) => naturalCompare(text(a), text(b)), host);
    args.assign(0, fromRows(rows, true), host.origin);
    return true;
  };
}
