import type { Declarations, DeclaredClass } from "../evaluate/declarations.ts";
import type { FileAccess } from "../evaluate/file-access.ts";
import type { Traced } from "../evaluate/env-trace.ts";
import type { Settings } from "../evaluate/machine.ts";
import type { PhpOrigin, PhpValue } from "../php-value.ts";
import type { Arguments, Parameter, Signature } from "./arguments.ts";

/** What a function of the table may use besides its arguments. */
export interface Host {
  readonly settings: Settings;
  readonly files: FileAccess;
  /** The value that the application's config files have under a dotted path, `undefined` where there is none. */
  config(path: string): PhpValue | undefined;
  /** A class by its name: see `ClassFinder`. */
  findClass(name: string): DeclaredClass | null | undefined;
  /** What the file has declared so far. */
  readonly declared: Declarations;
  /** Origin for entries that the function makes: the line of the call and the variables that its arguments came from. */
  readonly origin: PhpOrigin;
  /** Raw value of an environment variable, whose name is added to the trace. */
  env(name: string): string | undefined;
  /** Value of a constant or, as `Class::NAME`, of one of a class; `undefined` when it is not known. */
  constant(name: string): PhpValue | undefined;
  /** True when there is a function of this name in the table or in the file. */
  knows(name: string): boolean;
  /** Calls a closure or a callable string or array. */
  call(callee: PhpValue, args: readonly PhpValue[]): PhpValue;
  /** Runs `work` as if it stood in a `try`. */
  guarded<T>(work: () => T): T;
  /** Runs `work`, and returns the environment variables that it read. */
  traced<T>(work: () => T): Traced<T>;
  /** Counts work beyond the sizes of arguments and result. */
  spend(units: number): void;
}

/** What a function of the table does. It MUST call limits.ts before it makes a value that is much larger than its arguments. */
export type Behaviour = (args: Arguments, host: Host) => PhpValue;

/** A function or method that configuration files may call. */
export interface Builtin extends Signature {
  readonly run: Behaviour;
}

/** Functions by lower-case name. */
export type BuiltinTable = ReadonlyMap<string, Builtin>;

/**
 * A table from signatures: `"explode(separator, string, limit?)"`, with `?` after optional parameters, `...` before one that
 * takes the rest, and `&` before one that takes a reference. The names are PHP's, for named arguments and messages.
 */
export function defineBuiltins(behaviours: Readonly<Record<string, Behaviour>>): BuiltinTable {
  return new Map(
    Object.entries(behaviours).map(([signature, run]): [string, Builtin] => {
      const [, name = "", list = ""] = /^(\w+)\((.*)\)$/.exec(signature) ?? [];
      const parameters = list.split(", ").filter((text) => text !== "").map((text): Parameter => ({
        name: text.replace(/^(?:&|\.\.\.)+|\?$/g, ""),
        required: !text.endsWith("?") && !text.startsWith("..."),
        variadic: text.startsWith("..."),
        byReference: text.startsWith("&"),
      }));
      return [name.toLowerCase(), { name, parameters, run }];
    }),
  );
}
