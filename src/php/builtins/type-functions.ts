import { asCollection } from "../values/changed-collections.ts";
import { toBool, toFloat, toInt, toStr, typeName } from "../values/coercion.ts";
import { numericPrefix, numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { filterValue } from "./filter-value.ts";

/** PHP's functions that ask for the type of a value or change it. */
export const typeFunctions: BuiltinTable = defineBuiltins({
  "is_null(value)": (args) => args.value(0) === null,
  "is_string(value)": (args) => typeof args.value(0) === "string",
  "is_int(value)": (args) => typeof args.value(0) === "bigint",
  "is_integer(value)": (args) => typeof args.value(0) === "bigint",
  "is_float(value)": (args) => typeof args.value(0) === "number",
  "is_bool(value)": (args) => typeof args.value(0) === "boolean",
  "is_array(value)": (args) => args.value(0) instanceof PhpArray,
  "is_iterable(value)": (args) => args.value(0) instanceof PhpArray,
  "is_countable(value)": (args) =>
    args.value(0) instanceof PhpArray || asCollection(args.value(0)) !== undefined,
  "is_scalar(value)": (args) => args.value(0) !== null && typeof args.value(0) !== "object",
  "is_numeric(value)": (args) => {
    const value = args.value(0);
    if (typeof value === "string") return numericString(value) !== undefined;
    return typeof value === "bigint" || typeof value === "number";
  },
  "gettype(value)": (args) => typeOf(args.value(0)),
  "get_debug_type(value)": (args) => typeName(args.value(0)),
  "intval(value, base?)": (args) => intInBase(args.value(0), args.int(1, 10n)),
  "floatval(value)": (args) => toFloat(args.value(0)),
  "doubleval(value)": (args) => toFloat(args.value(0)),
  "strval(value)": (args) => toStr(args.value(0)),
  "boolval(value)": (args) => toBool(args.value(0)),
  "filter_var(value, filter?, options?)": (args) =>
    filterValue(args.value(0), args.int(1, 516n), args.value(2)),
});

function typeOf(value: PhpValue): string {
  const name = typeName(value);
  const old: Readonly<Record<string, string>> = {
    bool: "boolean",
    int: "integer",
    float: "double",
    null: "NULL",
  };
  return old[name] ?? (value instanceof PhpArray || typeof value === "string" ? name : "object");
}

function intInBase(value: PhpValue, base: bigint): bigint {
  if (base === 10n || typeof value !== "string") return toInt(value);
  const prefixes: Readonly<Record<string, string>> = { "16": "0x", "8": "0o?", "2": "0b" };
  if (!(String(base) in prefixes)) throw new PhpFault(`intval() with base ${base} is not supported`);
  const digits = { "16": "[0-9a-f]", "8": "[0-7]", "2": "[01]" }[String(base)];
  const pattern = new RegExp(`^\\s*([+-]?)(?:${prefixes[String(base)]})?(${digits}{1,16})`, "i");
  const [, sign = "", text = ""] = pattern.exec(value) ?? [];
  if (text === "") return 0n;
  const magnitude = numericPrefix(String(parseInt(text, Number(base))))?.number ?? 0n;
  return toInt(sign === "-" ? -Number(magnitude) : magnitude);
}
