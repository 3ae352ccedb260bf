import { toFloat, toInt, toStr } from "../values/coercion.ts";
import { compare } from "../values/comparison.ts";
import { numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, PhpArrayBuilder, type PhpEntry, type PhpKey, type PhpValue } from "../php-value.ts";
import type { Host } from "./builtin.ts";

/** One entry while it is sorted. */
export type Row = readonly [key: PhpKey, entry: PhpEntry];

/** Negative where the left row comes first. */
export type Order = (left: Row, right: Row) => number;

/** The rows of an array in a new order; equal ones stay as they are. Counts the work of the comparisons. */
export function sortedRows(array: PhpArray, order: Order, host: Pick<Host, "spend">): Row[] {
  const rows = [...array.entries()];
  host.spend(Math.ceil(rows.length * Math.log2(rows.length + 1)));
  return rows.sort(order);
}

/** An array of rows, with their keys or counted anew. */
export function fromRows(rows: Iterable<Row>, keepKeys: boolean): PhpArray {
  const builder = new PhpArrayBuilder();
  for (const [key, entry] of rows) {
    if (keepKeys) builder.set(key, entry);
    else builder.push(entry);
  }
  return builder.build();
}

/** Compares by a callback of the file; one that answers true or false is asked both ways, as PHP does. */
export function byCallback(callback: PhpValue, host: Host, part: (row: Row) => PhpValue): Order {
  const ask = (left: Row, right: Row): PhpValue => host.call(callback, [part(left), part(right)]);
  return (left, right) => {
    const answer = ask(left, right);
    if (answer === false) return ask(right, left) === true ? -1 : 0;
    const sign = typeof answer === "number" ? Math.trunc(toFloat(answer)) : Number(toInt(answer));
    return Math.sign(sign);
  };
}

/** PHP's comparison by flags: 0 by the values, 1 as numbers, 2 as texts, 6 in natural order, with 8 without upper and lower case. */
export function byFlags(
  values: readonly PhpValue[],
  flags: bigint,
): (left: PhpValue, right: PhpValue) => number {
  const fold = (flags & 8n) === 0n ? (text: string) => text : (text: string) => text.toLowerCase();
  switch (flags & ~8n) {
    case 0n:
      refuseMixed(values);
      return compare;
    case 1n:
      return (left, right) => Math.sign(toFloat(left) - toFloat(right));
    case 2n:
      return (left, right) => inOrder(fold(toStr(left)), fold(toStr(right)));
    case 6n:
      return (left, right) => naturalCompare(fold(toStr(left)), fold(toStr(right)));
    default:
      throw new PhpFault(`sorting with the flags ${flags} is not supported`);
  }
}

/** Where texts and numbers are mixed, PHP's comparison has circles, and the order depends on PHP's own way to sort. */
function refuseMixed(values: readonly PhpValue[]): void {
  const kinds = new Set(values.map((value) => {
    if (typeof value === "bigint" || typeof value === "number") return "number";
    if (typeof value === "string") return numericString(value) === undefined ? "text" : "number";
    return value === null || typeof value === "boolean" ? "bool" : "array";
  }));
  if (kinds.size > 1) throw new PhpFault("sorting a mixture of texts and numbers is not supported");
}

/** `strnatcmp`: numbers in texts count as numbers. Throws a {@link PhpFault} for numbers with leading zeros, which have rules of their own. */
export function naturalCompare(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.trim().match(/[0-9]+|[^0-9]/g) ?? []);
  for (let index = 0;; index++) {
    const x = a?.[index], y = b?.[index];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? -1 : 1;
    if (/^0[0-9]/.test(x) || /^0[0-9]/.test(y)) {
      throw new PhpFault("natural order of numbers with leading zeros is not supported");
    }
    const areNumbers = /[0-9]/.test(x) && /[0-9]/.test(y);
    const sign = areNumbers ? inOrder(BigInt(x), BigInt(y)) : inOrder(x, y);
    if (sign !== 0) return sign;
  }
}

function inOrder<T extends string | bigint>(left: T, right: T): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
