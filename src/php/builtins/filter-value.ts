import { toInt, toStr } from "../values/coercion.ts";
import { compare } from "../values/comparison.ts";
import { numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { trimBytes } from "./trim-bytes.ts";

const nullOnFailure = 134217728n;

/** `filter_var` with the filters for bool, int and float. `options` is flags or `['flags' => …, 'options' => […]]`. */
export function filterValue(value: PhpValue, filter: bigint, options: PhpValue): PhpValue {
  const flags = toInt(options instanceof PhpArray ? options.get("flags") ?? 0n : options);
  const inner = options instanceof PhpArray ? options.get("options") : undefined;
  const settings = inner instanceof PhpArray ? inner : undefined;
  const failed = (flags & nullOnFailure) !== 0n ? null : false;
  if (value instanceof PhpArray) return failed;
  const text = trimBytes(toStr(value), "both", " \t\n\r\v\0");
  const result = apply(filter, text, toStr(value), settings) ?? failed;
  // PHP compares only the result: a default also replaces the false of a text such as "no".
  return result === failed ? settings?.get("default") ?? failed : result;
}

function apply(
  filter: bigint,
  text: string,
  raw: string,
  settings: PhpArray | undefined,
): PhpValue | undefined {
  switch (filter) {
    case 516n:
      return raw;
    case 258n:
      if (/^(1|true|on|yes)$/i.test(text)) return true;
      return /^(0|false|off|no|)$/i.test(text) ? false : undefined;
    case 257n:
      return /^([+-]?[1-9][0-9]*|[+-]?0)$/.test(text)
        ? inRange(numericString(text), "bigint", settings)
        : undefined;
    case 259n: {
      const number = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text)
        ? Number(text) + 0
        : undefined;
      return inRange(number, "number", settings);
    }
    default:
      throw new PhpFault(`filter_var() with filter ${filter} is not supported`);
  }
}

function inRange(
  number: bigint | number | undefined,
  type: "bigint" | "number",
  settings: PhpArray | undefined,
): bigint | number | undefined {
  if (number === undefined || typeof number !== type) return undefined;
  const least = settings?.get("min_range");
  const most = settings?.get("max_range");
  if (least !== undefined && compare(number, least) < 0) return undefined;
  return most !== undefined && compare(number, most) > 0 ? undefined : number;
}
