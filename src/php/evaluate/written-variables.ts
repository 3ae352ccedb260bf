import { functions } from "../builtins/catalogue.ts";
import type { Declarations } from "./declarations.ts";
import type { CallArguments, Expression, Pattern, Statement } from "../parse/syntax.ts";

/** PHP's functions that are not evaluated here and write into an argument, with its place. */
const foreignOutputs: ReadonlyMap<string, number> = new Map([
  ["exec", 1],
  ["passthru", 1],
  ["system", 1],
  ["getopt", 2],
  ["openssl_sign", 1],
  ["openssl_pkey_export", 1],
  ["openssl_x509_export", 1],
  ["openssl_pkcs12_read", 1],
  ["openssl_random_pseudo_bytes", 1],
  ["stream_socket_client", 1],
  ["dns_get_mx", 1],
  ["getmxrr", 1],
]);

/** Calls after which a variable of the environment, a constant or any variable may be another one. */
const unforeseeable = /^(?:putenv|apache_setenv|define|extract|settype)$|^dotenv\\/i;

/** The names of variables; `undefined` where more may be changed than variables. */
export type WrittenVariables = ReadonlySet<string> | undefined;

/** A statement in a loop may fail in every round. */
const found = new WeakMap<Expression | Statement, WrittenVariables>();

/**
 * The variables that a statement writes, wherever in it that happens; the code knows no more about them once the statement could not be
 * evaluated. `undefined` when the statement may do more than that: return, leave a loop around it, declare something.
 */
export function writtenBy(statement: Statement, declared: Declarations): WrittenVariables {
  return remembered(statement, declared, (search) => {
    search.visit(statement, 0);
    const expression = statement.kind === "expression" ? statement.expression : undefined;
    // A call whose result is not used is there for what it changes.
    if (expression !== undefined && "args" in expression) search.addPlaces(expression.args, () => true);
    search.addObject(expression);
    // The file would have had all variables.
    if (expression?.kind === "include") search.isForeseeable = false;
  });
}

/** The variables that an expression writes whose value is used, as {@link writtenBy}. */
export function writtenIn(expression: Expression, declared: Declarations): WrittenVariables {
  return remembered(expression, declared, (search) => search.visit(expression, 0));
}

function remembered(
  node: Expression | Statement,
  declared: Declarations,
  walk: (search: Search) => void,
): WrittenVariables {
  if (!found.has(node)) {
    const search = new Search(declared);
    walk(search);
    found.set(node, search.isForeseeable ? search.names : undefined);
  }
  return found.get(node);
}

class Search {
  readonly names = new Set<string>();
  isForeseeable = true;
  readonly #declared: Declarations;

  constructor(declared: Declarations) {
    this.#declared = declared;
  }

  /** Walks through any part of the tree. `loops` is how many loops inside the statement are around it. */
  visit(node: unknown, loops: number): void {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node)) return node.forEach((each) => this.visit(each, loops));
    const { kind } = node as { readonly kind?: (Expression | Statement)["kind"] };
    if (kind !== undefined && !this.#note(node as Expression | Statement, loops)) return;
    const isLoop = /^(?:foreach|for|while|do|switch)$/.test(kind ?? "");
    for (const part of Object.values(node)) this.visit(part, isLoop ? loops + 1 : loops);
  }

  /** Adds what one node writes itself. False when its parts are code of another scope. */
  #note(node: Expression | Statement, loops: number): boolean {
    switch (node.kind) {
      case "assign":
      case "step":
        this.#place(node.target);
        return true;
      case "destructure":
        this.#pattern(node.pattern);
        return true;
      case "reference":
        this.names.add(node.name).add(node.other);
        return true;
      case "foreach":
        if ("kind" in node.value) this.#place(node.value);
        else this.#pattern(node.value);
        if (node.key !== undefined) this.#place(node.key);
        if (node.byReference) this.#place(node.subject);
        return true;
      case "unset":
        node.targets.forEach((target) => this.#place(target));
        return true;
      case "static":
        this.names.add(node.name);
        return true;
      case "try":
        for (const { variable } of node.catches) if (variable !== undefined) this.names.add(variable);
        return true;
      case "closure":
        if (node.closure.uses === "all") return false;
        for (const { name, byReference } of node.closure.uses) if (byReference) this.names.add(name);
        return false;
      case "call":
        if (typeof node.callee === "string") this.#call(node.callee, node.args);
        return true;
      case "static-call":
        if (unforeseeable.test(node.class)) this.isForeseeable = false;
        return true;
      case "break":
      case "continue":
        if (node.levels > loops) this.isForeseeable = false;
        return true;
      case "return":
      case "function":
      case "class":
      case "const":
      case "exit":
        this.isForeseeable = false;
        return false;
      case "unsupported":
        if (/^(?:eval\(\)|goto|"label")$/.test(node.what)) this.isForeseeable = false;
        return true;
      default:
        return true;
    }
  }

  #call(name: string, args: CallArguments): void {
    if (unforeseeable.test(name)) this.isForeseeable = false;
    const parameters = this.#declared.function(name)?.syntax.parameters ??
      functions.get(name.toLowerCase())?.parameters;
    const from = foreignOutputs.get(name.toLowerCase());
    this.addPlaces(
      args,
      (index) =>
        parameters === undefined
          ? from !== undefined && index >= from
          : (parameters[index] ?? parameters.at(-1))?.byReference === true,
    );
  }

  /** Adds the variables that are arguments, at the places that are asked for. */
  addPlaces(args: CallArguments, isWritten: (index: number) => boolean): void {
    if (args === "placeholder") return;
    args.forEach(({ value }, index) => {
      if ((value.kind === "variable" || value.kind === "index") && isWritten(index)) this.#place(value);
    });
  }

  /** Adds the variable on which methods are called, one after another. */
  addObject(expression: Expression | undefined): void {
    let object = expression;
    while (object?.kind === "method-call") object = object.object;
    if (object !== undefined && object !== expression) this.#place(object);
  }

  #place(target: Expression): void {
    if (target.kind === "variable") this.names.add(target.name);
    else if (target.kind === "index") this.#place(target.base);
  }

  #pattern(pattern: Pattern): void {
    for (const item of pattern) {
      if (item === undefined) continue;
      if ("kind" in item.target) this.#place(item.target);
      else this.#pattern(item.target);
    }
  }
}
