/*
 * The objects that a configuration file can have as values. They are generic, since php-value.ts, which has the values themselves,
 * lists these objects among them.
 */

/** A function as a value: `fn () => …`, `function () { … }` or `trim(...)`. */
export interface ClosureObject<Value> {
  readonly kind: "closure";
  /**
   * Calls it. Arguments beyond its parameters are ignored, as PHP does for functions written in PHP.
   */
  readonly invoke: (args: readonly Value[], more?: MoreArguments<Value>) => Value;
  /** Whether the parameter at an index takes a reference. */
  readonly takesReference: (index: number) => boolean;
}

/** What a call gives besides its arguments in order. */
export interface MoreArguments<Value> {
  readonly named?: ReadonlyMap<string, Value>;
  /** The variables of arguments that are given by reference, by their index. */
  readonly cells?: ReadonlyMap<number, CellOf<Value>>;
}

/** What a variable's name stands for; two names with one cell are references to each other. */
export interface CellOf<Value> {
  readonly variable: VariableOf<Value> | undefined;
  set(variable: VariableOf<Value>): void;
}

/** The value of a variable and the environment variables that it came from. Reading `value` throws where it is not known. */
export interface VariableOf<Value> {
  readonly value: Value;
  readonly env: readonly string[];
}

/**
 * Laravel's `collect([...])`. All variables that hold it have the same object, whose items some methods change; reading them throws
 * where a change could not be evaluated.
 */
export interface CollectionObject<Items> {
  readonly kind: "collection";
  items: Items;
  /** It is in an array, whose weight counts the items: they MUST NOT be changed any more. */
  isHeld?: boolean;
}

/** Laravel's `Str::of('…')`: a byte string with methods. */
export interface StringableObject {
  readonly kind: "stringable";
  readonly value: string;
}

/** Laravel's `app()`. */
export interface ApplicationObject {
  readonly kind: "application";
}

/** An exception, made by `new` or by PHP itself. */
export interface ExceptionObject<Value> {
  readonly kind: "exception";
  /** Full name of its class. */
  readonly class: string;
  /** A byte string; `undefined` where PHP has a text of its own that is not known here. */
  readonly message: string | undefined;
  readonly code: Value;
  /** The exception before it, or null. */
  readonly previous: Value;
}

/** A case of an enum that is written in one of the application's files. */
export interface EnumCaseObject<Value> {
  readonly kind: "enum";
  /** Full name of the enum. */
  readonly class: string;
  readonly name: string;
  /** `undefined` for an enum without values. */
  readonly value: Value | undefined;
}
