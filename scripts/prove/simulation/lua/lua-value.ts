/** A value of Lua. `undefined` is nil; texts hold a byte a character. */
export type LuaValue = undefined | boolean | number | string | LuaTable | LuaFunction;

/** A function of Lua: any number of values in, a list of values out. */
export type LuaFunction = (...values: LuaValue[]) => readonly LuaValue[];

/** A table: what is a list in it stands in an array, so that lists, which scripts use most, cost little. */
export class LuaTable {
  /** The values at 1, 2, 3 … without a hole. */
  readonly list: LuaValue[];
  readonly #rest = new Map<LuaValue, LuaValue>();

  constructor(list: readonly LuaValue[] = []) {
    const end = list.indexOf(undefined);
    this.list = list.slice(0, end === -1 ? list.length : end);
    for (let index = this.list.length; index < list.length; index++) this.set(index + 1, list[index]);
  }

  get(key: LuaValue): LuaValue {
    if (typeof key === "number" && key >= 1 && key <= this.list.length) return this.list[key - 1];
    return this.#rest.get(key);
  }

  set(key: LuaValue, value: LuaValue): void {
    const { list } = this;
    if (typeof key === "number" && key >= 1 && key <= list.length) {
      if (value !== undefined) list[key - 1] = value;
      else if (key === list.length) list.pop();
      else {for (const [index, each] of list.splice(key - 1).entries()) {
          if (index > 0) this.#rest.set(key + index, each);
        }}
      return;
    }
    if (key === list.length + 1 && value !== undefined) {
      list.push(value);
      this.#rest.delete(key);
      for (let next = list.length + 1; this.#rest.has(next); next++) {
        list.push(this.#rest.get(next));
        this.#rest.delete(next);
      }
      return;
    }
    if (value === undefined) this.#rest.delete(key);
    else this.#rest.set(key, value);
  }
}

/** An error that a script raises, or Redis in one of its calls. */
export class LuaError extends Error {
  override readonly name = "LuaError";
}

/** A number as `..` and `tostring` write it: 14 digits at most. */
export function textOfNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e14) return String(value);
  const text = value.toPrecision(14);
  if (!text.includes("e")) return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  const [digits = "", power = ""] = text.split("e");
  const short = digits.replace(/\.?0+$/, "");
  return `${short}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

/** A value as a number, where it is one or a text that stands for one. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === "number") return value;
  if (
    typeof value !== "string" ||
    !/^\s*[-+]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*$/i.test(value)
  ) return undefined;
  return Number(value);
}

/** The kind of a value, as `type` names it. */
export function kindOf(value: LuaValue): string {
  if (value === undefined) return "nil";
  return value instanceof LuaTable ? "table" : typeof value;
}
