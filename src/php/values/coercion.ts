import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { floatToString, numericPrefix } from "./numeric-string.ts";

/** The type of a value as PHP names it in messages. */
export function typeName(value: PhpValue): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "string":
      return "string";
    case "object":
      return value instanceof PhpArray ? "array" : value.kind;
  }
}

/** `(bool)`: null, false, 0, 0.0, "", "0" and the empty array are false. */
export function toBool(value: PhpValue): boolean {
  if (value === null) return false;
  switch (typeof value) {
    case "boolean":
      return value;
    case "bigint":
      return value !== 0n;
    case "number":
      return value !== 0;
    case "string":
      return value !== "" && value !== "0";
    case "object":
      return value instanceof PhpArray ? value.size > 0 : true;
  }
}

/** `(int)`. Text that starts with no number is 0. A float beyond 64 bits wraps around; one in text gives the largest or smallest int. */
export function toInt(value: PhpValue): bigint {
  if (value === null) return 0n;
  switch (typeof value) {
    case "boolean":
      return value ? 1n : 0n;
    case "bigint":
      return value;
    case "number":
      return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
    case "string":
      return saturate(numericPrefix(value)?.number ?? 0n);
    case "object":
      if (value instanceof PhpArray) return value.size > 0 ? 1n : 0n;
      throw new PhpFault(`a ${value.kind} cannot be converted to int`);
  }
}

/** `(float)`. */
export function toFloat(value: PhpValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const number = Number(numericPrefix(value)?.number ?? 0);
    // As an int "-0" has no sign, as a float it has.
    return number === 0 && /^\s*-0/.test(value) ? -0 : number;
  }
  return Number(toInt(value));
}

/** `(string)`. An array is "Array", as in PHP. */
export function toStr(value: PhpValue): string {
  if (value === null) return "";
  switch (typeof value) {
    case "boolean":
      return value ? "1" : "";
    case "bigint":
      return value.toString();
    case "number":
      return floatToString(value);
    case "string":
      return value;
    case "object":
      if (value instanceof PhpArray) return "Array";
      if (value.kind === "stringable") return value.value;
      throw new PhpFault(`a ${value.kind} cannot be converted to string`);
  }
}

/** True for an int or a float, not for text that holds a number. */
export function isNumber(value: PhpValue): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function saturate(number: bigint | number): bigint {
  if (typeof number === "bigint") return number;
  if (!Number.isFinite(number)) return 0n;
  if (number >= 2 ** 63) return 2n ** 63n - 1n;
  if (number <= -(2 ** 63)) return -(2n ** 63n);
  return BigInt(Math.trunc(number));
}
