import { toBool, toStr } from "./coercion.ts";
import { numericString } from "./numeric-string.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";

/** `===`: same type and same value; arrays also in the same order. */
export function identical(left: PhpValue, right: PhpValue): boolean {
  if (!(left instanceof PhpArray) || !(right instanceof PhpArray)) return left === right;
  if (left.size !== right.size) return false;
  const others = right.entries();
  for (const [key, entry] of left.entries()) {
    const other = others.next();
    if (other.done || other.value[0] !== key || !identical(entry.value, other.value[1].value)) return false;
  }
  return true;
}

/** `==` with the rules of PHP 8: `0 == "abc"` is false. */
export function looselyEqual(left: PhpValue, right: PhpValue): boolean {
  return compare(left, right) === 0;
}

/** `<=>`: -1, 0 or 1. It is 1 for values that PHP calls uncomparable, and for NAN with any value. */
export function compare(left: PhpValue, right: PhpValue): number {
  if (typeof left === "string" && typeof right === "string") return compareStrings(left, right);
  if (left === null && typeof right === "string") return right === "" ? 0 : -1;
  if (typeof left === "string" && right === null) return left === "" ? 0 : 1;
  if (left === null || right === null || typeof left === "boolean" || typeof right === "boolean") {
    return Number(toBool(left)) - Number(toBool(right));
  }
  if (left instanceof PhpArray) return right instanceof PhpArray ? compareArrays(left, right) : 1;
  if (right instanceof PhpArray) return -1;
  if (typeof left === "object" || typeof right === "object") {
    if (left === right) return 0;
    if (typeof right === "string" && typeof left === "object" && left.kind === "stringable") {
      return compareStrings(left.value, right);
    }
    if (typeof left === "string" && typeof right === "object" && right.kind === "stringable") {
      return compareStrings(left, right.value);
    }
    return typeof left === "object" ? 1 : -1;
  }
  if (typeof left === "string") return -compareNumberToString(right as bigint | number, left);
  if (typeof right === "string") return compareNumberToString(left, right);
  return order(left, right);
}

function compareNumberToString(number: bigint | number, text: string): number {
  const other = numericString(text);
  return other === undefined ? sign(toStr(number), text) : order(number, other);
}

function compareStrings(left: string, right: string): number {
  const leftNumber = numericString(left);
  const rightNumber = leftNumber === undefined ? undefined : numericString(right);
  if (leftNumber === undefined || rightNumber === undefined) return sign(left, right);
  // Two ints that are too long for 64 bits may be equal as floats; PHP then compares the texts.
  if (typeof leftNumber === "number" && typeof rightNumber === "number" && leftNumber === rightNumber) {
    const digits = /^[+-]?[0-9]+$/;
    if (digits.test(left.trim()) && digits.test(right.trim())) return sign(left, right);
  }
  return order(leftNumber, rightNumber);
}

function compareArrays(left: PhpArray, right: PhpArray): number {
  if (left.size !== right.size) return left.size < right.size ? -1 : 1;
  for (const [key, entry] of left.entries()) {
    const other = right.get(key);
    if (other === undefined) return 1;
    const result = compare(entry.value, other);
    if (result !== 0) return result;
  }
  return 0;
}

function order(left: bigint | number, right: bigint | number): number {
  // An int and a float are compared as floats, as in PHP, although JavaScript could compare them exactly.
  if (typeof left === typeof right) return left === right ? 0 : left < right ? -1 : 1;
  const a = Number(left);
  const b = Number(right);
  return a === b ? 0 : a < b ? -1 : 1;
}

function sign(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
