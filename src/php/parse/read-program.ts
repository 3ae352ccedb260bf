import { type AstNode, lineOf, nodesIn } from "./ast-node.ts";
import { limits } from "../limits.ts";
import { lowerExpression } from "./lower-expression.ts";
import { lowerStatements } from "./lower-statement.ts";
import type { Lowering } from "./lowering.ts";
import { NameScope } from "./name-scope.ts";
import { parsePhp } from "./parse-php.ts";
import { PhpConfigError } from "../php-config-error.ts";
import type { Expression, Statement } from "./syntax.ts";

/**
 * Reads PHP source (a byte string) into the closed language of syntax.ts. `file` is the name for messages, `path` the value of
 * `__FILE__`. Throws {@link PhpConfigError} for source that is not PHP or is nested too deeply.
 */
export function readProgram(source: string, file: string, path: string): readonly Statement[] {
  const program = parsePhp(source, file);
  let depth = 0, isGenerator = false;
  const guarded = <T>(node: AstNode, lower: () => T): T => {
    if (++depth > limits.depth) {
      throw new PhpConfigError(file, lineOf(node), "limit", "the code is nested too deeply");
    }
    const result = lower();
    depth--;
    return result;
  };
  const lowering: Lowering = {
    names: new NameScope(),
    path,
    expression: (node): Expression => guarded(node, () => lowerExpression(node, lowering)),
    statements: (nodes): readonly Statement[] =>
      guarded(nodes[0] ?? program, () => lowerStatements(nodes, lowering)),
    body: (lower) => {
      const outer = isGenerator;
      isGenerator = false;
      const body = lower(), found = isGenerator;
      isGenerator = outer;
      return { body, isGenerator: found };
    },
    noteYield: () => {
      isGenerator = true;
    },
    fail: (line, reason) => {
      throw new PhpConfigError(file, line, "syntax", reason);
    },
  };
  return lowering.statements(nodesIn(program, "children"));
}
