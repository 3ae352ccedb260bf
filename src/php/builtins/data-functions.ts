import { toStr } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins } from "./builtin.ts";
import { dotGet } from "./dot-path.ts";
import { resolve } from "./environment.ts";

/** Laravel's `data_get()` and other functions on nested data. */
export const dataFunctions: BuiltinTable = defineBuiltins({
  "data_get(target, key, default?)": (args, host) => {
    const key = args.value(1);
    if (key === null) return args.value(0);
    const path = key instanceof PhpArray ? [...key.values()].map(toStr).join(".") : toStr(key);
    if (/(^|\.)(\*|\{first\}|\{last\})(\.|$)/.test(path)) {
      throw new PhpFault(`data_get() with "${path}" is not supported`);
    }
    const found = dotGet(args.value(0), path);
    return found === undefined ? resolve(args.value(2), host) : found;
  },
  "head(array)": (args) => [...args.array(0).values()][0] ?? false,
  "last(array)": (args) => [...args.array(0).values()].at(-1) ?? false,
  "blank(value)": (args) => blank(args.value(0)),
  "filled(value)": (args) => !blank(args.value(0)),
});

function blank(value: ReturnType<typeof resolve>): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === null || (value instanceof PhpArray && value.size === 0);
}
