import { isNumber, toInt, toStr, typeName } from "./coercion.ts";
import { allowString } from "../limits.ts";
import { intOrFloat, numericPrefix } from "./numeric-string.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, PhpArrayBuilder, type PhpValue } from "../php-value.ts";
import type { ArithmeticOperator } from "../parse/syntax.ts";

/** `.` */
export function concatenate(left: PhpValue, right: PhpValue): string {
  const first = toStr(left);
  const second = toStr(right);
  allowString(first.length + second.length);
  return first + second;
}

/** The operators on numbers, with `+` on two arrays and the bitwise ones on two strings. */
export function calculate(operator: ArithmeticOperator, left: PhpValue, right: PhpValue): PhpValue {
  if (operator === "+" && left instanceof PhpArray && right instanceof PhpArray) return union(left, right);
  if (typeof left === "string" && typeof right === "string" && /^[&|^]$/.test(operator)) {
    return bitwiseText(operator, left, right);
  }
  const a = operand(operator, left, right, left);
  const b = operand(operator, left, right, right);
  switch (operator) {
    case "+":
      return both(a, b) ? intOrFloat(BigInt(a) + BigInt(b)) : Number(a) + Number(b);
    case "-":
      return both(a, b) ? intOrFloat(BigInt(a) - BigInt(b)) : Number(a) - Number(b);
    case "*":
      return both(a, b) ? intOrFloat(BigInt(a) * BigInt(b)) : Number(a) * Number(b);
    case "/":
      if (Number(b) === 0) throw raise("DivisionByZeroError", "division by zero", "Division by zero");
      if (typeof a === "bigint" && typeof b === "bigint" && a % b === 0n) return intOrFloat(a / b);
      return Number(a) / Number(b);
    case "%": {
      const divisor = toInt(b);
      if (divisor === 0n) throw raise("DivisionByZeroError", "modulo by zero", "Modulo by zero");
      return toInt(a) % divisor;
    }
    case "**":
      return power(a, b);
    case "&":
      return toInt(a) & toInt(b);
    case "|":
      return toInt(a) | toInt(b);
    case "^":
      return toInt(a) ^ toInt(b);
    case "<<":
      return shift(toInt(a), checkedShift(toInt(b)));
    case ">>":
      return shift(toInt(a), -checkedShift(toInt(b)));
  }
}

/** `~`, on ints, floats and strings. */
export function complement(value: PhpValue): PhpValue {
  if (typeof value === "string") {
    return value.replace(/[^]/g, (byte) => String.fromCharCode(~byte.charCodeAt(0) & 0xff));
  }
  if (!isNumber(value)) throw raise("TypeError", `cannot apply "~" to ${typeName(value)}`);
  return ~toInt(value);
}

function both(a: bigint | number, b: bigint | number): boolean {
  return typeof a === "bigint" && typeof b === "bigint";
}

function operand(operator: string, left: PhpValue, right: PhpValue, value: PhpValue): bigint | number {
  if (isNumber(value)) return value;
  if (value === null || typeof value === "boolean") return value ? 1n : 0n;
  const found = typeof value === "string" ? numericPrefix(value) : undefined;
  if (found !== undefined) return found.number;
  throw raise("TypeError", `unsupported operand types: ${typeName(left)} ${operator} ${typeName(right)}`);
}

/** Squares and multiplies as PHP does, and changes to floats at the same step, so that the last bits are the same. */
function power(base: bigint | number, exponent: bigint | number): bigint | number {
  if (typeof base !== "bigint" || typeof exponent !== "bigint" || exponent < 0n) {
    return Number(base) ** Number(exponent);
  }
  let result = 1n;
  let square = base;
  let left = exponent;
  while (left > 0n) {
    if (left % 2n === 1n) {
      left--;
      const product = intOrFloat(result * square);
      if (typeof product === "number") return product * Number(square) ** Number(left);
      result = product;
    } else {
      left /= 2n;
      const product = intOrFloat(square * square);
      if (typeof product === "number") return Number(result) * product ** Number(left);
      square = product;
    }
  }
  return result;
}

function checkedShift(count: bigint): bigint {
  if (count < 0n) {
    throw raise("ArithmeticError", "bit shift by a negative number", "Bit shift by negative number");
  }
  return count;
}

function shift(value: bigint, count: bigint): bigint {
  if (count < -63n) return value < 0n ? -1n : 0n;
  if (count < 0n) return value >> -count;
  return count > 63n ? 0n : BigInt.asIntN(64, value << count);
}

function union(left: PhpArray, right: PhpArray): PhpArray {
  const builder = new PhpArrayBuilder(left);
  for (const [key, entry] of right.entries()) {
    if (!builder.has(key)) builder.set(key, entry);
  }
  return builder.build();
}

function bitwiseText(operator: string, left: string, right: string): string {
  const length = operator === "|" ? Math.max(left.length, right.length) : Math.min(left.length, right.length);
  let text = "";
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index) || 0;
    const b = right.charCodeAt(index) || 0;
    text += String.fromCharCode(operator === "&" ? a & b : operator === "|" ? a | b : a ^ b);
  }
  return text;
}
