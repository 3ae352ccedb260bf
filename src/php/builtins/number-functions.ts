import { calculate } from "../values/arithmetic.ts";
import { isNumber, toFloat } from "../values/coercion.ts";
import { compare } from "../values/comparison.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { Arguments } from "./arguments.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { fixed, roundHalfUp } from "./fixed-decimals.ts";

/** PHP's functions on numbers. */
export const numberFunctions: BuiltinTable = defineBuiltins({
  "abs(num)": (args) => {
    const number = args.number(0);
    return number < 0 ? calculate("*", number, -1n) : number;
  },
  "floor(num)": (args) => Math.floor(toFloat(args.number(0))),
  "ceil(num)": (args) => Math.ceil(toFloat(args.number(0))),
  "round(num, precision?)": (args) => {
    const precision = Number(args.int(1));
    if (Math.abs(precision) > 300) throw new PhpFault("round() was given a $precision beyond 300");
    return roundHalfUp(toFloat(args.number(0)), precision);
  },
  "sqrt(num)": (args) => Math.sqrt(args.float(0)),
  "pow(num, exponent)": (args) => calculate("**", args.value(0), args.value(1)),
  "intdiv(num1, num2)": (args) => {
    if (args.int(1) === 0n) throw raise("DivisionByZeroError", "division by zero", "Division by zero");
    return args.int(0) / args.int(1);
  },
  "fmod(num1, num2)": (args) => args.float(0) % args.float(1),
  "min(value, ...values)": (args) => extreme(args, -1),
  "max(value, ...values)": (args) => extreme(args, 1),
  "number_format(num, decimals?, decimal_separator?, thousands_separator?)": (args) =>
    format(args.float(0), Number(args.int(1)), args.string(2, "."), args.string(3, ",")),
  "fdiv(num1, num2)": (args) => args.float(0) / args.float(1),
  "is_nan(num)": (args) => Number.isNaN(args.float(0)),
  "is_infinite(num)": (args) => Math.abs(args.float(0)) === Infinity,
  "is_finite(num)": (args) => Number.isFinite(args.float(0)),
  "dechex(num)": (args) => BigInt.asUintN(64, args.int(0)).toString(16),
  "decbin(num)": (args) => BigInt.asUintN(64, args.int(0)).toString(2),
  "decoct(num)": (args) => BigInt.asUintN(64, args.int(0)).toString(8),
  "hexdec(hex_string)": (args) => inBase(args.string(0), 16),
  "octdec(octal_string)": (args) => inBase(args.string(0), 8),
  "bindec(binary_string)": (args) => inBase(args.string(0), 2),
});

function extreme(args: Arguments, sign: 1 | -1): PhpValue {
  const first = args.value(0);
  const candidates = args.rest.length === 0 && first instanceof PhpArray
    ? [...first.values()]
    : [first, ...args.rest];
  if (candidates.length === 0) {
    throw raise("ValueError", `${sign > 0 ? "max" : "min"}() needs at least one value`);
  }
  return candidates.reduce((best, candidate) => compare(candidate, best) * sign > 0 ? candidate : best);
}

function format(value: number, decimals: number, point: string, comma: string): string {
  if (decimals > 500) throw new PhpFault("number_format() was given $decimals above 500");
  const text = fixed(value, Math.max(0, decimals));
  const [whole = "0", fraction] = text.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=([0-9]{3})+$)/g, () => comma);
  const sign = text.startsWith("-") && /[1-9]/.test(text) ? "-" : "";
  return sign + grouped + (fraction === undefined ? "" : point + fraction);
}

function inBase(text: string, base: 2 | 8 | 16): PhpValue {
  const digits = text.replace(base === 16 ? /[^0-9a-f]/gi : base === 8 ? /[^0-7]/g : /[^01]/g, "").slice(
    0,
    64,
  );
  const number = parseInt(digits, base);
  return Number.isNaN(number) ? 0n : number > Number.MAX_SAFE_INTEGER ? number : BigInt(number);
}

/** The sum or product of an array; text without a number counts as 0, inner arrays do not count. */
export function accumulate(operator: "+" | "*", array: PhpArray): PhpValue {
  let total: PhpValue = operator === "+" ? 0n : 1n;
  for (const value of array.values()) {
    if (value instanceof PhpArray) continue;
    const number = isNumber(value)
      ? value
      : typeof value === "string"
      ? calculate("+", leading(value), 0n)
      : value;
    total = calculate(operator, total, number);
  }
  return total;
}

function leading(text: string): string {
  return /^\s*[+-]?\.?[0-9]/.test(text) ? text : "0";
}
