import { type Token, tokenize } from "./tokenize.ts";

/** One import of a file, of whatever form: `import`, `export … from`, `import()`, `require()`. */
export interface ImportStatement {
  /** What stands in the quotes; `undefined` for `import(expression)`, which nobody can check. */
  readonly specifier: string | undefined;
  readonly line: number;
  /** True for `import type` and `export type … from` only: `import { type A }` still loads the module when it runs. */
  readonly typeOnly: boolean;
  /** The imported names as the other module calls them; empty for the forms that take all of it. */
  readonly names: readonly string[];
  /** True when it says `with { … }`: a file that is not TypeScript. */
  readonly hasAttributes: boolean;
}

/** What the import rules need to know of one source file. */
export interface Module {
  readonly imports: readonly ImportStatement[];
  readonly tokens: readonly Token[];
  /** True for a barrel: a file that exports, and everything that it exports comes from elsewhere. */
  readonly onlyReExports: boolean;
}

/** Reads the import and export statements of TypeScript source, type imports included. */
export function readModule(source: string): Module {
  const tokens = tokenize(source);
  const imports: ImportStatement[] = [];
  let exportsSomething = false;
  let hasOwnCode = false;
  let index = 0;
  while (index < tokens.length) {
    const end = readStatement(tokens, index, imports);
    if (end === undefined) {
      if (!isPunctuation(tokens[index], ";")) hasOwnCode = true;
      index++;
      continue;
    }
    if (tokens[index]?.text === "export") exportsSomething = true;
    index = end;
  }
  return { imports, tokens, onlyReExports: exportsSomething && !hasOwnCode };
}

/** Reads what starts at `start`; returns where it ends, or `undefined` when it is other code (perhaps with an import in it). */
function readStatement(
  tokens: readonly Token[],
  start: number,
  imports: ImportStatement[],
): number | undefined {
  const first = tokens[start];
  if (first?.kind !== "word" || isPunctuation(tokens[start - 1], ".")) return undefined;
  if (first.text === "import" || first.text === "require") {
    if (isPunctuation(tokens[start + 1], "(")) {
      if (isMethod(tokens, start)) return undefined;
      const argument = tokens[start + 2];
      const specifier = argument?.kind === "string" ? argument.text : undefined;
      imports.push({ specifier, line: first.line, typeOnly: false, names: [], hasAttributes: false });
      return undefined;
    }
    if (first.text === "require" || isPunctuation(tokens[start + 1], ".")) return undefined;
    // Not a statement but a key: `{ import: "x" }`.
    return isPunctuation(tokens[start + 1], ":") ? undefined : readClause(tokens, start, imports);
  }
  return first.text === "export" ? readClause(tokens, start, imports) : undefined;
}

/** True for the `import` of `class A { import(x: X): void {} }`: what follows the closing parenthesis tells. */
function isMethod(tokens: readonly Token[], start: number): boolean {
  const before = tokens[start - 1];
  if (
    !(before?.kind === "punctuation" ? /^[{};]$/ : /^(async|static|override|private|protected|public)$/).test(
      before?.text ?? "",
    )
  ) {
    return false;
  }
  let index = start + 1;
  for (let depth = 0; index < tokens.length; index++) {
    if (isPunctuation(tokens[index], "(")) depth++;
    if (isPunctuation(tokens[index], ")") && --depth === 0) break;
  }
  return isPunctuation(tokens[index + 1], "{") || isPunctuation(tokens[index + 1], ":");
}

/** Reads `import … "x"` and `export { … }`, `export { … } from "x"`, `export * from "x"`; other exports are own code. */
function readClause(tokens: readonly Token[], start: number, imports: ImportStatement[]): number | undefined {
  const exporting = tokens[start]?.text === "export";
  let index = start + 1;
  // `type` is a keyword here unless it is itself the imported name: `import type from "x"`, `import type, { a } from "x"`.
  const afterType = tokens[index + 1];
  const typeOnly = tokens[index]?.text === "type" && tokens[index]?.kind === "word" &&
    (isPunctuation(afterType, "{") || isPunctuation(afterType, "*") ||
      (!exporting && afterType?.kind === "word" && afterType.text !== "from"));
  if (typeOnly) index++;
  if (exporting && !isPunctuation(tokens[index], "{") && !isPunctuation(tokens[index], "*")) return undefined;

  const names: string[] = [];
  for (let braces = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (token === undefined) break;
    if (braces === 0 && token.kind === "string") {
      const attributesEnd = skipAttributes(tokens, index + 1);
      const hasAttributes = attributesEnd > index + 1;
      imports.push({ specifier: token.text, line: token.line, typeOnly, names, hasAttributes });
      return attributesEnd;
    }
    if (isPunctuation(token, "{")) braces++;
    else if (isPunctuation(token, "}")) {
      braces--;
      const next = tokens[index + 1];
      if (exporting && !(next?.kind === "word" && next.text === "from")) return index + 1;
    } else if (braces > 0 && startsName(tokens, index)) names.push(token.text);
    else if (isPunctuation(token, ";") || isPunctuation(token, "=")) return undefined;
  }
  return undefined;
}

/** True for the first word of an entry in `{ a, type b, c as d }`, the word `type` itself left aside. */
function startsName(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.kind !== "word" && token?.kind !== "string") return false;
  let before = tokens[index - 1];
  if (before?.kind === "word" && before.text === "type") before = tokens[index - 2];
  else if (token.text === "type" && tokens[index + 1]?.kind === "word") return false;
  return isPunctuation(before, "{") || isPunctuation(before, ",");
}

function skipAttributes(tokens: readonly Token[], index: number): number {
  if (tokens[index]?.text !== "with" || !isPunctuation(tokens[index + 1], "{")) return index;
  while (index < tokens.length && !isPunctuation(tokens[index], "}")) index++;
  return index + 1;
}

function isPunctuation(token: Token | undefined, text: string): boolean {
  return token?.kind === "punctuation" && token.text === text;
}
