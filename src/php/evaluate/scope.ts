import type { PhpConfigError } from "../php-config-error.ts";
import type { Cell, PhpOrigin, PhpValue, Variable } from "../php-value.ts";

/** The file that code stands in. */
export interface SourceFile {
  /** As messages name it: `config/reverb.php`. */
  readonly name: string;
  /** Value of `__FILE__`, a byte string. */
  readonly path: string;
  /** True for the file that is being read, false for one that it includes or asks for. */
  readonly isMain: boolean;
}

/** The cell of a variable, or of a place inside an array, which `onWrite` changes. */
export class VariableCell implements Cell {
  variable: Variable | undefined;
  readonly #onWrite: ((variable: Variable) => void) | undefined;

  constructor(variable: Variable | undefined, onWrite?: (variable: Variable) => void) {
    this.variable = variable;
    this.#onWrite = onWrite;
  }

  set(variable: Variable): void {
    this.variable = variable;
    this.#onWrite?.(variable);
  }
}

/** The variables of a file or of one function call, and the file that the code stands in. */
export class Scope {
  readonly file: SourceFile;
  /** What the function was called with; `undefined` outside of functions. */
  arguments: readonly PhpValue[] | undefined;
  /** The `static` variables of the closure whose call this is, by their statements; `undefined` elsewhere. */
  statics: WeakMap<object, Cell> | undefined;
  readonly #cells: Map<string, Cell>;

  constructor(file: SourceFile, cells: Map<string, Cell> = new Map()) {
    this.file = file;
    this.#cells = cells;
  }

  /** Number of variables. */
  get size(): number {
    return this.#cells.size;
  }

  /** The same variables for code of another file, which is included here. */
  in(file: SourceFile): Scope {
    return new Scope(file, this.#cells);
  }

  /** The variable, or `undefined` when it was never assigned. */
  get(name: string): Variable | undefined {
    return this.#cells.get(name)?.variable;
  }

  /** Assigns a variable. */
  set(name: string, variable: Variable): void {
    this.cell(name).set(variable);
  }

  /** The cell of a name, which is made when there is none. */
  cell(name: string): Cell {
    const found = this.#cells.get(name);
    if (found !== undefined) return found;
    const made = new VariableCell(undefined);
    this.#cells.set(name, made);
    return made;
  }

  /** Makes a name stand for a cell that has other names too. */
  bind(name: string, cell: Cell): void {
    this.#cells.set(name, cell);
  }

  /** Makes the value of a variable unknown: reading it throws the error. */
  forget(name: string, error: PhpConfigError): void {
    this.set(name, {
      get value(): never {
        throw error;
      },
      env: [],
    });
  }

  /** Takes a name away. */
  delete(name: string): void {
    this.#cells.delete(name);
  }

  /** Copies of all variables. */
  copy(): Scope {
    const cells = [...this.#cells].map((
      [name, { variable }],
    ): [string, Cell] => [name, new VariableCell(variable)]);
    return new Scope(this.file, new Map(cells));
  }

  /** The origin of an entry that this code makes. */
  origin(line: number, env: readonly string[]): PhpOrigin {
    return this.file.isMain ? { line, env } : { line, env, file: this.file.name };
  }
}
