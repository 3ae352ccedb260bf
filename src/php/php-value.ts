import { allowArray } from "./limits.ts";
import { PhpConfigError, PhpFault } from "./php-config-error.ts";
import type * as objects from "./php-object.ts";

/** A value of PHP. `bigint` is PHP's int (64 bits), `number` its float: PHP prints, divides and compares the two differently. */
export type PhpValue = null | boolean | bigint | number | string | PhpArray | PhpObject;

/** A key of an array after PHP's normalisation: `"5"` and `5` are the same int key, `"05"` is a string. */
export type PhpKey = bigint | string;

/** The few objects that a configuration file can have. */
export type PhpObject =
  | PhpClosure
  | PhpCollection
  | objects.ApplicationObject
  | objects.StringableObject
  | PhpException
  | objects.EnumCaseObject<PhpValue>;

/** A function as a value. */
export type PhpClosure = objects.ClosureObject<PhpValue>;

/** Laravel's `collect([...])`. */
export type PhpCollection = objects.CollectionObject<PhpArray>;

/** An exception. */
export type PhpException = objects.ExceptionObject<PhpValue>;

/** What a variable's name stands for. */
export type Cell = objects.CellOf<PhpValue>;

/** The value of a variable. */
export type Variable = objects.VariableOf<PhpValue>;

/** Where an entry's value came from, for messages about a bad value. */
export interface PhpOrigin {
  /** Line of the entry in the file, from 1. */
  readonly line: number;
  /** Name of the file for messages, where it is another one than that which is being read. */
  readonly file?: string;
  /** Environment variables that were asked for while the value was computed, in order, each once. */
  readonly env: readonly string[];
}

/** A value in an array, with its origin. Reading the value of an entry with an `error` throws that error. */
export interface PhpEntry {
  readonly value: PhpValue;
  readonly origin: PhpOrigin;
  readonly error?: PhpConfigError;
}

const largestInt = 2n ** 63n - 1n;

/** The key that PHP makes of a value: text of an int becomes the int, a float loses its fraction, null becomes `""`. */
export function toKey(value: PhpValue): PhpKey {
  switch (typeof value) {
    case "bigint":
      return value;
    case "number":
      return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
    case "boolean":
      return value ? 1n : 0n;
    case "string": {
      if (value.length > 20 || !/^(?:0|-?[1-9][0-9]*)$/.test(value)) return value;
      const int = BigInt(value);
      return int > largestInt || int < -largestInt - 1n ? value : int;
    }
    default:
      if (value === null) return "";
      throw new PhpFault(`${value instanceof PhpArray ? "an array" : "an object"} cannot be an array key`);
  }
}

/** PHP's array: an ordered map that is also the list. Never changed in place; {@link PhpArrayBuilder} makes one. */
export class PhpArray {
  readonly #entries: ReadonlyMap<PhpKey, PhpEntry>;
  /** The key that `$array[] = …` would use; `undefined` until there was an int key. */
  readonly nextIndex: bigint | undefined;
  /** Entries of this array and of all arrays inside it, counted as often as they appear. See `limits.arrayWeight`. */
  readonly weight: number;

  /** For {@link PhpArrayBuilder}; the map MUST NOT be changed afterwards. */
  constructor(entries: ReadonlyMap<PhpKey, PhpEntry>, nextIndex: bigint | undefined, weight: number) {
    this.#entries = entries;
    this.nextIndex = nextIndex;
    this.weight = weight;
  }

  /** A list of values that all have the same origin. */
  static list(values: Iterable<PhpValue>, origin: PhpOrigin): PhpArray {
    const builder = new PhpArrayBuilder();
    for (const value of values) builder.push({ value, origin });
    return builder.build();
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  /** True when the keys are 0, 1, 2 … in this order. */
  get isList(): boolean {
    let index = 0n;
    for (const key of this.#entries.keys()) {
      if (key !== index++) return false;
    }
    return true;
  }

  /** The value under a key, or `undefined` when the key is missing (a null value is `null`). */
  get(key: PhpKey | number): PhpValue | undefined {
    return this.entry(key)?.value;
  }

  /** The entry under a key, or `undefined`. */
  entry(key: PhpKey | number): PhpEntry | undefined {
    return this.#entries.get(toKey(key));
  }

  /** Keys in order. */
  keys(): IterableIterator<PhpKey> {
    return this.#entries.keys();
  }

  /** Values in order. */
  *values(): IterableIterator<PhpValue> {
    for (const entry of this.#entries.values()) yield entry.value;
  }

  /** Keys and entries in order. */
  entries(): IterableIterator<[PhpKey, PhpEntry]> {
    return this.#entries.entries();
  }

  /** A copy with one entry set; `undefined` as key appends. */
  with(key: PhpKey | undefined, entry: PhpEntry): PhpArray {
    const builder = new PhpArrayBuilder(this);
    if (key === undefined) builder.push(entry);
    else builder.set(key, entry);
    return builder.build();
  }

  /** A copy without one key. */
  without(key: PhpKey): PhpArray {
    const builder = new PhpArrayBuilder(this);
    builder.delete(key);
    return builder.build();
  }
}

/** Collects the entries of one {@link PhpArray}. Keys must be normalised ({@link toKey}) by the caller. */
export class PhpArrayBuilder {
  readonly #entries: Map<PhpKey, PhpEntry>;
  #nextIndex: bigint | undefined;
  #weight: number;

  /** Starts from a copy of `base`, or empty. */
  constructor(base?: PhpArray) {
    this.#entries = new Map(base?.entries());
    this.#nextIndex = base?.nextIndex;
    this.#weight = base?.weight ?? 0;
  }

  /** Number of entries so far. */
  get size(): number {
    return this.#entries.size;
  }

  /** True when the key is there already. */
  has(key: PhpKey): boolean {
    return this.#entries.has(key);
  }

  /** The entry under a key, or `undefined`. */
  entry(key: PhpKey): PhpEntry | undefined {
    return this.#entries.get(key);
  }

  /** Sets an entry; a key that is there already keeps its place. */
  set(key: PhpKey, entry: PhpEntry): void {
    const before = this.#entries.get(key);
    this.#weight += weigh(entry) - (before === undefined ? 0 : weigh(before));
    allowArray(this.#weight);
    this.#entries.set(key, entry);
    // PHP 8.3: after a negative key n comes n + 1, no longer 0.
    if (typeof key === "bigint" && (this.#nextIndex === undefined || key >= this.#nextIndex)) {
      this.#nextIndex = key + 1n;
    }
  }

  /** Appends an entry. */
  push(entry: PhpEntry): void {
    const index = this.#nextIndex ?? 0n;
    if (index > largestInt) throw new PhpFault("an array has no free index left");
    this.set(index, entry);
  }

  /** Removes a key. The next index stays, as in PHP. */
  delete(key: PhpKey): void {
    const before = this.#entries.get(key);
    if (before === undefined) return;
    this.#weight -= weigh(before);
    this.#entries.delete(key);
  }

  /** The array. The builder must not be used afterwards. */
  build(): PhpArray {
    return new PhpArray(this.#entries, this.#nextIndex, this.#weight);
  }
}

function weigh(entry: PhpEntry): number {
  if (entry.error !== undefined) return 1;
  const { value } = entry;
  if (typeof value === "string") return 1 + (value.length >> 6);
  if (value instanceof PhpArray) return 1 + value.weight;
  if (typeof value !== "object" || value?.kind !== "collection") return 1;
  value.isHeld = true;
  try {
    return 1 + value.items.weight;
  } catch (error) {
    // A change of it could not be evaluated, and nothing can be read from it.
    if (error instanceof PhpConfigError) return 1;
    throw error;
  }
}
