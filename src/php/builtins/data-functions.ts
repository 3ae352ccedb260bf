import { toStr } from "../values/coercion.ts";
import { PhpFault } from "../php-config-error.ts";
import { PhpArray, type PhpValue } from "../php-value.ts";
import { type BuiltinTable, defineBuiltins, type Host } from "./builtin.ts";
import { dotGet } from "./dot-path.ts";
import { resolve } from "./environment.ts";

/** Laravel's `data_get()` and other functions on nested data. */
export const dataFunctions: BuiltinTable = defineBuiltins({
  "data_get(target, key, default?)": (args, host) => {
    const key = args.value(1);
    if (key === null) return args.value(0);
    const path = key instanceof PhpArray ? [...key.values()].map(toStr).join(".") : toStr(key);
    if (/(^|\.)(\{first\}|\{last\})(\.|$)/.test(path)) {
      throw new PhpFault(`data_get() with "${path}" is not supported`);
    }
    if (/(^|\.)\*(\.|$)/.test(path)) return everyOf(args.value(0), path.split("."), args.value(2), host);
    const found = dotGet(args.value(0), path);
    return found === undefined ? resolve(args.value(2), host) : found;
  },
  "head(array)": (args) => args.array(0).size === 0 ? false : [...args.array(0).values()][0]!,
  "last(array)": (args) => args.array(0).size === 0 ? false : [...args.array(0).values()].at(-1)!,
  "blank(value)": (args) => blank(args.value(0)),
  "filled(value)": (args) => !blank(args.value(0)),
});

/** `data_get` with `*`: a list of what is under each of them, in one list where there are several. */
function everyOf(target: PhpValue, path: readonly string[], fallback: PhpValue, host: Host): PhpValue {
  const star = path.indexOf("*"), before = path.slice(0, star).join("."), rest = path.slice(star + 1);
  const found = before === "" ? target : dotGet(target, before);
  const items = typeof found === "object" && found !== null && "items" in found ? found.items : found;
  if (!(items instanceof PhpArray)) return resolve(fallback, host);
  host.spend(items.size);
  const values = [...items.values()].map((item) => {
    if (rest.length === 0) return item;
    if (rest.includes("*")) return everyOf(item, rest, null, host);
    return dotGet(item, rest.join(".")) ?? null;
  });
  const flat = rest.includes("*")
    ? values.flatMap((value) => value instanceof PhpArray ? [...value.values()] : [])
    : values;
  return PhpArray.list(flat, host.origin);
}

function blank(value: ReturnType<typeof resolve>): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === null || (value instanceof PhpArray && value.size === 0);
}
