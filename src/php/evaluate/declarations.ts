import { raise } from "../php-throw.ts";
import type { Cell, PhpValue } from "../php-value.ts";
import type { SourceFile } from "./scope.ts";
import type { ClassSyntax, FunctionSyntax, Statement } from "../parse/syntax.ts";

/** A function with a name, and the file that it stands in. */
export interface DeclaredFunction {
  readonly name: string;
  readonly syntax: FunctionSyntax;
  readonly file: SourceFile;
}

/** A class with constants, and the file that it stands in. */
export interface DeclaredClass {
  readonly syntax: ClassSyntax;
  readonly file: SourceFile;
  /** The cases of an enum that were asked for, since each of them is one object. */
  readonly cases: Map<string, PhpValue>;
}

/** What the code has declared so far, for all files that one machine evaluates. */
export class Declarations {
  readonly #included = new Set<string>();
  readonly #constants = new Map<string, PhpValue>();
  readonly #functions = new Map<string, DeclaredFunction>();
  readonly #classes = new Map<string, DeclaredClass>();
  /** What `strtok()` goes on with. */
  tokens: { readonly text: string; readonly at: number } | undefined;
  /** The variables of `static $name`. */
  readonly statics = new WeakMap<Statement, Cell>();

  /** Notes that a file is included. False when it was before. */
  noteInclude(path: string): boolean {
    if (this.#included.has(path)) return false;
    this.#included.add(path);
    return true;
  }

  /** The constant, or `undefined`. Upper and lower case count in its name. */
  constant(name: string): PhpValue | undefined {
    return this.#constants.get(name);
  }

  /** One that is there already stays as it is, as in PHP, which gives a warning. */
  addConstant(name: string, value: PhpValue): void {
    if (!this.#constants.has(name)) this.#constants.set(name, value);
  }

  /** The function, or `undefined`. */
  function(name: string): DeclaredFunction | undefined {
    return this.#functions.get(name.toLowerCase());
  }

  /** Throws PHP's error when the name is taken by another one. */
  addFunction(declared: DeclaredFunction): void {
    const key = declared.name.toLowerCase(), before = this.#functions.get(key);
    if (before !== undefined && before.syntax !== declared.syntax) {
      throw raise("Error", `the function ${declared.name}() is declared twice`);
    }
    this.#functions.set(key, declared);
  }

  /** The class, or `undefined`. */
  class(name: string): DeclaredClass | undefined {
    return this.#classes.get(name.toLowerCase());
  }

  /** A class of the same name that came first stays. */
  addClass(syntax: ClassSyntax, file: SourceFile): void {
    const key = syntax.name.toLowerCase();
    if (!this.#classes.has(key)) this.#classes.set(key, { syntax, file, cases: new Map() });
  }
}
