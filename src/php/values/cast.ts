import { toBool, toFloat, toInt, toStr } from "./coercion.ts";
import { PhpArray, type PhpOrigin, type PhpValue } from "../php-value.ts";
import type { CastType } from "../parse/syntax.ts";

/** `(int)`, `(string)` and so on. `origin` is for the one entry that `(array)` makes of a scalar. */
export function castTo(type: CastType, value: PhpValue, origin: PhpOrigin): PhpValue {
  switch (type) {
    case "int":
      return toInt(value);
    case "float":
      return toFloat(value);
    case "string":
      return toStr(value);
    case "bool":
      return toBool(value);
    case "array":
      if (value instanceof PhpArray) return value;
      if (typeof value === "object" && value?.kind === "collection") return value.items;
      return PhpArray.list(value === null ? [] : [value], origin);
  }
}
