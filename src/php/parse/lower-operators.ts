import { type AstNode, lineOf, nodeIn, optionalNodeIn, textIn } from "./ast-node.ts";
import { isPattern, lowerPattern } from "./lower-pattern.ts";
import type { Lowering } from "./lowering.ts";
import type { BinaryOperator, CastType, Expression, PrefixOperator } from "./syntax.ts";

/*
 * php-parser groups operators by the precedences of PHP 7 ("." level with "+") and always binds casts tighter than "**". Its tree has
 * operands and operators in the order of the source: they are read back as a row, and grouped by the precedences of PHP 8.
 */

/** Binding strength of PHP 8, higher binds tighter. */
const strength: Readonly<Record<string, number>> = {
  ...{ or: 1, xor: 2, and: 3, "?": 5, "??": 6, "||": 7, "&&": 8, "|": 9, "^": 10, "&": 11 },
  ...{ "==": 12, "!=": 12, "<>": 12, "===": 12, "!==": 12, "<=>": 12, "<": 13, "<=": 13, ">": 13, ">=": 13 },
  ...{ ".": 14, "<<": 15, ">>": 15, "+": 16, "-": 16, "*": 17, "/": 17, "%": 17, "**": 20 },
};
const assignmentStrength = 4;
const notStrength = 18;
const prefixStrength = 19;

const synonyms: Readonly<Record<string, BinaryOperator>> = { and: "&&", or: "||", "<>": "!=" };
const casts: Readonly<Record<string, CastType>> = {
  int: "int",
  float: "float",
  string: "string",
  binary: "string",
  bool: "bool",
  array: "array",
};
const operatorKinds: ReadonlySet<string> = new Set(["bin", "unary", "cast", "silent", "retif", "assign"]);

type Token =
  | { readonly kind: "operand"; readonly node: AstNode }
  | { readonly kind: "prefix"; readonly operator: PrefixOperator; readonly line: number }
  | { readonly kind: "cast"; readonly to: string; readonly line: number }
  | { readonly kind: "assign"; readonly node: AstNode }
  | { readonly kind: "binary"; readonly operator: string }
  | { readonly kind: "ternary"; readonly then: AstNode | undefined };

/** True for the nodes that {@link lowerOperators} handles. */
export function isOperator(node: AstNode): boolean {
  return operatorKinds.has(node.kind) && node["type"] !== "instanceof";
}

/** An expression made of operators, grouped as PHP 8 groups it. */
export function lowerOperators(node: AstNode, lowering: Lowering): Expression {
  const tokens: Token[] = [];
  flatten(node, tokens);
  return new Grouping(tokens, lowering).expression(0);
}

function flatten(node: AstNode, row: Token[]): void {
  const visit = (child: AstNode): void => {
    if (isOperator(child) && child["parenthesizedExpression"] !== true) flatten(child, row);
    else row.push({ kind: "operand", node: child });
  };
  switch (node.kind) {
    case "bin":
      visit(nodeIn(node, "left"));
      row.push({ kind: "binary", operator: textIn(node, "type") });
      return visit(nodeIn(node, "right"));
    case "unary":
      row.push({ kind: "prefix", operator: textIn(node, "type") as PrefixOperator, line: lineOf(node) });
      return visit(nodeIn(node, "what"));
    case "silent":
      row.push({ kind: "prefix", operator: "@", line: lineOf(node) });
      return visit(nodeIn(node, "expr"));
    case "cast":
      row.push({ kind: "cast", to: textIn(node, "type"), line: lineOf(node) });
      return visit(nodeIn(node, "expr"));
    case "retif":
      visit(nodeIn(node, "test"));
      row.push({ kind: "ternary", then: optionalNodeIn(node, "trueExpr") });
      return visit(nodeIn(node, "falseExpr"));
    case "assign":
      row.push({ kind: "assign", node });
      return visit(nodeIn(node, "right"));
    default:
      row.push({ kind: "operand", node });
  }
}

/** Groups one row of operands and operators, by precedence climbing. */
class Grouping {
  readonly #row: readonly Token[];
  readonly #lowering: Lowering;
  #next = 0;

  constructor(row: readonly Token[], lowering: Lowering) {
    this.#row = row;
    this.#lowering = lowering;
  }

  expression(weakest: number): Expression {
    let left = this.#operand();
    let previous: number | undefined;
    for (;;) {
      const token = this.#row[this.#next];
      if (token?.kind !== "binary" && token?.kind !== "ternary") return left;
      const operator = token.kind === "ternary" ? "?" : token.operator;
      const power = strength[operator] ?? 0;
      if (power < weakest) return left;
      const chained = previous === power;
      previous = power;
      this.#next++;
      if (token.kind === "ternary") {
        // PHP 8 takes `a ?: b ?: c` and refuses `a ? b : c ? d : e`.
        if (chained && token.then !== undefined) {
          this.#lowering.fail(left.line, "a nested ?: needs parentheses");
        }
        const then = token.then === undefined ? undefined : this.#lowering.expression(token.then);
        left = {
          line: left.line,
          kind: "conditional",
          test: left,
          then,
          otherwise: this.expression(power + 1),
        };
        continue;
      }
      if (chained && (power === strength["=="] || power === strength["<"])) {
        this.#lowering.fail(left.line, `comparisons cannot be chained with ${operator}`);
      }
      const right = this.expression(operator === "**" || operator === "??" ? power : power + 1);
      left = { line: left.line, kind: "binary", operator: binaryOperator(operator), left, right };
    }
  }

  #operand(): Expression {
    const token = this.#row[this.#next++];
    switch (token?.kind) {
      case "operand":
        return this.#lowering.expression(token.node);
      case "prefix": {
        const operand = this.expression(token.operator === "!" ? notStrength : prefixStrength);
        return { line: token.line, kind: "prefix", operator: token.operator, operand };
      }
      case "cast": {
        const operand = this.expression(prefixStrength);
        const to = casts[token.to];
        if (to === undefined) return { line: token.line, kind: "unsupported", what: `(${token.to})` };
        return { line: token.line, kind: "cast", to, operand };
      }
      case "assign":
        return this.#assignment(token.node);
      default:
        throw new TypeError("php-parser: an operator without operand");
    }
  }

  #assignment(node: AstNode): Expression {
    const target = nodeIn(node, "left");
    const written = textIn(node, "operator");
    const value = this.expression(assignmentStrength);
    const line = lineOf(node);
    if (isPattern(target) && written === "=") {
      return { line, kind: "destructure", pattern: lowerPattern(target, this.#lowering), value };
    }
    if (target.kind !== "variable" && target.kind !== "offsetlookup") {
      return { line, kind: "unsupported", what: "this assignment" };
    }
    const operator = written === "=" ? undefined : written.slice(0, -1) as "+";
    return { line, kind: "assign", target: this.#lowering.expression(target), operator, value };
  }
}

function binaryOperator(written: string): BinaryOperator {
  return synonyms[written] ?? written as BinaryOperator;
}
