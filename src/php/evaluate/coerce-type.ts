import { toBool, toStr, typeName } from "../values/coercion.ts";
import { intOrFloat, numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import type { TypeSyntax } from "../parse/syntax.ts";

/** Types that a value of any kind may have here, since the few objects that there are do not know their interfaces. */
const scalarTypes: ReadonlySet<string> = new Set(["int", "float", "string", "bool", "false", "true", "null"]);

/**
 * A value for a declared type, converted as PHP converts scalars without `strict_types`: `"5"` for an int is 5. Throws PHP's TypeError
 * for what does not fit. `what` names the parameter or the function in messages.
 */
export function coerceTo(type: TypeSyntax | undefined, value: PhpValue, what: string): PhpValue {
  if (type === undefined || fits(type, value)) return value;
  const converted = value === null || typeof value === "object" ? undefined : convert(type, value);
  if (converted !== undefined) return converted;
  if (type.every((name) => scalarTypes.has(name) || name === "array")) {
    throw raise("TypeError", `${what} needs ${type.join("|")}, not ${typeName(value)}`);
  }
  throw new PhpFault(`whether ${typeName(value)} is ${type.join("|")}, as ${what} needs, is not known`);
}

function fits(type: TypeSyntax, value: PhpValue): boolean {
  return type.some((name) => {
    switch (name) {
      case "mixed":
        return true;
      case "int":
        return typeof value === "bigint";
      case "float":
        return typeof value === "number";
      case "string":
        return typeof value === "string";
      case "bool":
        return typeof value === "boolean";
      case "false":
      case "true":
        return value === (name === "true");
      case "null":
      case "void":
        return value === null;
      case "array":
        return value instanceof PhpArray;
      case "iterable":
        return value instanceof PhpArray || isObject(value, "collection");
      case "callable":
        return isObject(value, "closure") || typeof value === "string" || value instanceof PhpArray;
      default:
        return typeof value === "object" && value !== null && !(value instanceof PhpArray);
    }
  });
}

function isObject(value: PhpValue, kind: string): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

/** In PHP's order: int, float, string, bool. */
function convert(type: TypeSyntax, value: boolean | bigint | number | string): PhpValue | undefined {
  const number = typeof value === "string"
    ? numericString(value)
    : typeof value === "boolean"
    ? BigInt(value)
    : value;
  if (type.includes("int")) {
    if (typeof number === "bigint") return number;
    const isFloatAllowed = typeof value === "string" && type.includes("float");
    const int = number === undefined || !Number.isFinite(number) || isFloatAllowed
      ? undefined
      : intOrFloat(BigInt(Math.trunc(number)));
    if (typeof int === "bigint") return int;
  }
  if (type.includes("float") && number !== undefined) return Number(number);
  if (type.includes("string")) return toStr(value);
  return type.includes("bool") ? toBool(value) : undefined;
}
