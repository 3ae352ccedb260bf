import { RedisError } from "../redis/reply.ts";
import { luaPattern } from "./lua-pattern.ts";
import {
  kindOf,
  LuaError,
  type LuaFunction,
  LuaTable,
  type LuaValue,
  textOfNumber,
  toNumber,
} from "./lua-value.ts";

function textOf(value: LuaValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return textOfNumber(value);
  throw new LuaError(`attempt to use a ${kindOf(value)} value as a string`);
}

function numberOf(value: LuaValue): number {
  const number = toNumber(value);
  if (number === undefined) throw new LuaError(`attempt to perform arithmetic on a ${kindOf(value)} value`);
  return number;
}

/** What compiled scripts call for operators; errors as Lua raises them. */
export const OPERATORS = {
  number: numberOf,
  concat(one: LuaValue, other: LuaValue): string {
    return textOf(one) + textOf(other);
  },
  length(value: LuaValue): number {
    if (typeof value === "string") return value.length;
    if (value instanceof LuaTable) return value.list.length;
    throw new LuaError(`attempt to get length of a ${kindOf(value)} value`);
  },
  less(one: LuaValue, other: LuaValue, orEqual: boolean): boolean {
    if (typeof one === "number" && typeof other === "number") return orEqual ? one <= other : one < other;
    if (typeof one === "string" && typeof other === "string") return orEqual ? one <= other : one < other;
    throw new LuaError(`attempt to compare ${kindOf(one)} with ${kindOf(other)}`);
  },
  index(table: LuaValue, key: LuaValue): LuaValue {
    if (table instanceof LuaTable) return table.get(key);
    throw new LuaError(`attempt to index a ${kindOf(table)} value`);
  },
  setIndex(table: LuaValue, key: LuaValue, value: LuaValue): void {
    if (!(table instanceof LuaTable)) throw new LuaError(`attempt to index a ${kindOf(table)} value`);
    table.set(key, value);
  },
  call(called: LuaValue, values: readonly LuaValue[]): readonly LuaValue[] {
    if (typeof called !== "function") throw new LuaError(`attempt to call a ${kindOf(called)} value`);
    return called(...values);
  },
  /** Calls a method, as of texts: `text:match(pattern)`. */
  method(value: LuaValue, name: string, values: readonly LuaValue[]): readonly LuaValue[] {
    const method = OPERATORS.index(typeof value === "string" ? STRING : value, name);
    return OPERATORS.call(method, [value, ...values]);
  },
  table(list: readonly LuaValue[], pairs: readonly (readonly [LuaValue, LuaValue])[]): LuaTable {
    const table = new LuaTable(list);
    for (const [key, value] of pairs) table.set(key, value);
    return table;
  },
  isTrue(value: LuaValue): boolean {
    return value !== undefined && value !== false;
  },
};

/** `string.format` with the forms that scripts use: whole numbers, texts. */
function format(pattern: LuaValue, ...values: LuaValue[]): readonly LuaValue[] {
  let next = 0;
  return [
    textOf(pattern).replace(
      /%(0?)(\d*)(?:\.(\d+))?([dsf%])/g,
      (_, zero: string, width: string, digits: string | undefined, form: string) => {
        if (form === "%") return "%";
        const value = values[next++];
        const text = form === "s"
          ? textOf(value)
          : form === "d"
          ? String(Math.trunc(numberOf(value)))
          : numberOf(value).toFixed(Number(digits ?? 6));
        return text.padStart(Number(width), zero === "0" ? "0" : " ");
      },
    ),
  ];
}

/** Where a position of Lua, from 1 or from the end, is in a text. */
function position(value: LuaValue, length: number, otherwise: number): number {
  const at = value === undefined ? otherwise : numberOf(value);
  return at < 0 ? Math.max(length + at + 1, 1) : Math.max(at, 1);
}

function find(text: LuaValue, pattern: LuaValue): readonly LuaValue[] {
  const found = luaPattern(textOf(pattern)).exec(textOf(text));
  return found === null ? [undefined] : [found.index + 1, found.index + found[0].length, ...found.slice(1)];
}

function match(text: LuaValue, pattern: LuaValue): readonly LuaValue[] {
  const found = luaPattern(textOf(pattern)).exec(textOf(text));
  if (found === null) return [undefined];
  return found.length > 1 ? found.slice(1) : [found[0]];
}

function sub(value: LuaValue, from: LuaValue, to: LuaValue): readonly LuaValue[] {
  const text = textOf(value), last = to === undefined ? -1 : numberOf(to);
  return [text.slice(position(from, text.length, 1) - 1, last < 0 ? text.length + last + 1 : last)];
}

const step: LuaFunction = (table, index) => {
  const next = numberOf(index) + 1, value = OPERATORS.index(table, next);
  return value === undefined ? [undefined] : [next, value];
};

/** `pcall`: the values of a function, or the error that it, or Redis in one of its calls, has raised. */
const guarded: LuaFunction = (called, ...values) => {
  try {
    return [true, ...OPERATORS.call(called, values)];
  } catch (error) {
    if (error instanceof LuaError) return [false, error.message];
    if (error instanceof RedisError) return [false, OPERATORS.table([], [["err", error.message]])];
    throw error;
  }
};

function room(functions: Readonly<Record<string, LuaFunction>>): LuaTable {
  return OPERATORS.table([], Object.entries(functions));
}

const STRING = room({ format, find, match, sub });

/** The global names that scripts may use. What is missing here is an error when a script is compiled. */
export const LIBRARY: ReadonlyMap<string, LuaValue> = new Map<string, LuaValue>([
  ["string", STRING],
  [
    "math",
    room({
      floor: (value) => [Math.floor(numberOf(value))],
      max: (...values) => [Math.max(...values.map(numberOf))],
      min: (...values) => [Math.min(...values.map(numberOf))],
    }),
  ],
  ["tonumber", (value) => [toNumber(value)]],
  ["tostring", (value) => [typeof value === "string" ? value : textOf(value)]],
  ["type", (value) => [kindOf(value)]],
  ["pcall", guarded],
  ["ipairs", (table) => [step, table, 0]],
]);
