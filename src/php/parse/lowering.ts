import type { AstNode } from "./ast-node.ts";
import type { NameScope } from "./name-scope.ts";
import type { Expression, Statement } from "./syntax.ts";

/** What the lower-*.ts files share while they turn php-parser's tree into that of syntax.ts. */
export interface Lowering {
  readonly names: NameScope;
  /** Value of `__FILE__`, a byte string. */
  readonly path: string;
  expression(node: AstNode): Expression;
  statements(nodes: readonly AstNode[]): readonly Statement[];
  /** Lowers the body of a function, and tells whether there is a `yield` in it. */
  body<T>(lower: () => T): { readonly body: T; readonly isGenerator: boolean };
  /** Notes a `yield` in the function that is being lowered. */
  noteYield(): void;
  /** Throws the error for source that is not valid PHP although php-parser accepts it. */
  fail(line: number, reason: string): never;
}
