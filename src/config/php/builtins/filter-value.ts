import { toInt, toStr } from "../coercion.ts";
import { numericString } from "../numeric-string.ts";
import { PhpFault } from "../php-fault.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { trimBytes } from "./trim-bytes.ts";

const nullOnFailure = 134217728n;

/** `filter_var` with the filters for bool, int and float. `options` is flags or `['flags' => …, 'options' => […]]`. */
export function filterValue(value: PhpValue, filter: bigint, options: PhpValue): PhpValue {
  const flags = toInt(options instanceof PhpArray ? options.get("flags") ?? 0n : options);
  const inner = options instanceof PhpArray ? options.get("options") : undefined;
  const settings = inner instanceof PhpArray ? inner : undefined;
  const failed = settings?.get("default") ?? ((flags & nullOnFailure) !== 0n ? null : false);
  if (value instanceof PhpArray) return failed;
  const text = trimBytes(toStr(value), "both", " \t\n\r\v\0");
  switch (filter) {
    case 516n:
      return toStr(value);
    case 258n:
      if (/^(1|true|on|yes)$/i.test(text)) return true;
      // Without FILTER_NULL_ON_FAILURE "no" and a failure are the same false.
      return /^(0|false|off|no|)$/i.test(text) && (text !== "" || value === "" || value === false)
        ? false
        : failed;
    case 257n:
      return filterInt(text, settings) ?? failed;
    case 259n: {
      const number = /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text)
        ? numericString(text)
        : undefined;
      return number === undefined ? failed : Number(number);
    }
    default:
      throw new PhpFault(`filter_var() with filter ${filter} is not supported`);
  }
}

function filterInt(text: string, settings: PhpArray | undefined): bigint | undefined {
  if (!/^([+-]?[1-9][0-9]*|[+-]?0)$/.test(text)) return undefined;
  const int = numericString(text);
  if (typeof int !== "bigint") return undefined;
  const least = settings?.get("min_range");
  const most = settings?.get("max_range");
  if (least !== undefined && int < toInt(least)) return undefined;
  return most !== undefined && int > toInt(most) ? undefined : int;
}
