import { type AstNode, lineOf, nodeIn, nodesIn, optionalNodeIn } from "./ast-node.ts";
import type { Lowering } from "./lowering.ts";
import type { Expression, Pattern, PatternItem } from "./syntax.ts";

/** `[$a, 'k' => $b]` or `list($a, , $b)` in front of `=` or in a `foreach`. */
export function lowerPattern(node: AstNode, lowering: Lowering): Pattern {
  const items = nodesIn(node, "items").map((item): PatternItem | undefined => {
    if (item.kind !== "entry") return undefined;
    if (item["byRef"] === true || item["unpack"] === true) {
      return { key: undefined, target: unsupported(item, "a reference (&)") };
    }
    const key = optionalNodeIn(item, "key"), value = nodeIn(item, "value");
    return {
      key: key && lowering.expression(key),
      target: isPattern(value) ? lowerPattern(value, lowering) : lowering.expression(value),
    };
  });
  if (items.every((item) => item === undefined)) {
    lowering.fail(lineOf(node), "an empty list cannot be assigned");
  }
  return items;
}

/** True for the nodes that {@link lowerPattern} handles, where they are assigned to. */
export function isPattern(node: AstNode): boolean {
  return node.kind === "list" || node.kind === "array";
}

function unsupported(node: AstNode, what: string): Expression {
  return { line: lineOf(node), kind: "unsupported", what };
}
