import { isNumber, toBool, toFloat, toInt, toStr, typeName } from "../values/coercion.ts";
import { numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { type Cell, PhpArray, type PhpOrigin, type PhpValue } from "../php-value.ts";

/** How a function of the table is called. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Parameter[];
}

/** One parameter, with PHP's name for it. */
export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  /** Takes all the arguments that are left. */
  readonly variadic: boolean;
  /** Takes a variable, which {@link Arguments.assign} writes. */
  readonly byReference: boolean;
}

/** What a call gives to a function of the table. */
export interface BoundValues {
  readonly positional: readonly PhpValue[];
  readonly named: ReadonlyMap<string, PhpValue>;
  /** The variables of arguments that are given by reference, by their index. */
  readonly cells: ReadonlyMap<number, Cell>;
}

/** The arguments of one call, read with the conversions that PHP makes for its own functions. */
export class Arguments {
  readonly #signature: Signature;
  readonly #values: readonly (PhpValue | undefined)[];
  readonly #cells: ReadonlyMap<number, Cell>;
  /** What the `...` parameter takes. */
  readonly rest: readonly PhpValue[];

  /** For {@link bindArguments}. */
  constructor(
    signature: Signature,
    values: readonly (PhpValue | undefined)[],
    rest: readonly PhpValue[],
    cells: ReadonlyMap<number, Cell>,
  ) {
    this.#signature = signature;
    this.#values = values;
    this.#cells = cells;
    this.rest = rest;
  }

  /** Writes the variable of a parameter that takes a reference; `origin` has the variables of the environment behind the value. */
  assign(index: number, value: PhpValue, { env }: Pick<PhpOrigin, "env">): void {
    const cell = this.#cells.get(index);
    if (cell !== undefined) cell.set({ value, env });
    else if (this.#values[index] !== undefined) {
      const { name, parameters } = this.#signature;
      throw new PhpFault(`${name}() without a variable for $${parameters[index]?.name} is not supported`);
    }
  }

  /** True when the argument was given. */
  has(index: number): boolean {
    return this.#values[index] !== undefined;
  }

  /** The argument as it is; null when it was not given. */
  value(index: number): PhpValue {
    return this.#values[index] ?? null;
  }

  /** A string parameter. */
  string(index: number, fallback = ""): string {
    const value = this.#values[index];
    if (value === undefined) return fallback;
    if (isStringable(value)) return value.value;
    if (value !== null && typeof value === "object") this.#wrong(index, "string");
    return toStr(value);
  }

  /** An int parameter. */
  int(index: number, fallback = 0n): bigint {
    const value = this.#values[index];
    if (value === undefined) return fallback;
    if (typeof value === "string" && numericString(value) === undefined) this.#wrong(index, "int");
    if (value !== null && typeof value === "object") this.#wrong(index, "int");
    return toInt(value);
  }

  /** An int parameter whose null means that it was left out. */
  optionalInt(index: number): bigint | undefined {
    return this.value(index) === null ? undefined : this.int(index);
  }

  /** A float parameter. */
  float(index: number, fallback = 0): number {
    const value = this.#values[index];
    if (value === undefined) return fallback;
    if (typeof value === "string" && numericString(value) === undefined) this.#wrong(index, "float");
    if (value !== null && typeof value === "object") this.#wrong(index, "float");
    return toFloat(value);
  }

  /** A parameter that takes an int or a float, without converting one to the other. */
  number(index: number): bigint | number {
    const value = this.value(index);
    if (isNumber(value)) return value;
    if (value === null || typeof value === "boolean") return toInt(value);
    const number = typeof value === "string" ? numericString(value) : undefined;
    return number ?? this.#wrong(index, "int|float");
  }

  /** A bool parameter. */
  bool(index: number, fallback = false): boolean {
    const value = this.#values[index];
    return value === undefined ? fallback : toBool(value);
  }

  /** An array parameter. A Laravel collection counts as its array. */
  array(index: number): PhpArray {
    return toArray(this.value(index)) ?? this.#wrong(index, "array");
  }

  /** The `...` parameter of a function that takes arrays. */
  restArrays(): readonly PhpArray[] {
    return this.rest.map((value) => toArray(value) ?? this.#wrong(this.#values.length, "array"));
  }

  #wrong(index: number, wanted: string): never {
    const parameter = this.#signature.parameters[index] ?? this.#signature.parameters.at(-1);
    const given = this.#values[index] ?? null;
    const reason = `${this.#signature.name}() needs ${wanted} for $${parameter?.name}, not ${
      typeName(given)
    }`;
    // An object may be convertible in PHP.
    const isObject = typeof given === "object" && given !== null && !(given instanceof PhpArray);
    throw isObject ? new PhpFault(`${reason} as it is here`) : raise("TypeError", reason);
  }
}

/**
 * Puts arguments into the places of the parameters. Too many arguments are a mistake in a call that the file writes, and none for a
 * callback, which gets all that its caller passes.
 */
export function bindArguments(
  signature: Signature,
  { positional, named, cells }: BoundValues,
  callback: boolean,
): Arguments {
  const { parameters, name } = signature;
  const variadic = parameters.at(-1)?.variadic === true;
  const fixed = variadic ? parameters.slice(0, -1) : parameters;
  if (!variadic && !callback && positional.length > fixed.length) {
    throw raise("ArgumentCountError", `${name}() takes at most ${fixed.length} arguments`);
  }
  const values: (PhpValue | undefined)[] = fixed.map((_, index) => positional[index]);
  for (const [key, value] of named) {
    const index = fixed.findIndex((parameter) => parameter.name === key);
    if (index < 0) throw raise("Error", `${name}() has no parameter $${key}`);
    if (values[index] !== undefined) throw raise("Error", `${name}() was given $${key} twice`);
    values[index] = value;
  }
  const missing = fixed.find((parameter, index) => parameter.required && values[index] === undefined);
  if (missing !== undefined) throw raise("ArgumentCountError", `${name}() needs $${missing.name}`);
  return new Arguments(signature, values, positional.slice(fixed.length), cells);
}

function isStringable(value: PhpValue): value is Extract<PhpValue, { kind: "stringable" }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "stringable";
}

function toArray(value: PhpValue): PhpArray | undefined {
  if (value instanceof PhpArray) return value;
  return typeof value === "object" && value?.kind === "collection" ? value.items : undefined;
}
