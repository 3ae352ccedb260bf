import { type AstNode, lineOf, nameIn, nodeIn, nodesIn, optionalNodeIn, textIn } from "./ast-node.ts";
import { lowerArguments, lowerCall, lowerClosure } from "./lower-call.ts";
import { lowerNowdoc, lowerNumber, lowerString, lowerTemplate } from "./lower-literal.ts";
import { isOperator, lowerOperators } from "./lower-operators.ts";
import type { Lowering } from "./lowering.ts";
import { isClassName } from "./name-scope.ts";
import type { ArrayItem, Expression, ExpressionKind, MatchArm } from "./syntax.ts";

/** Names for messages of the syntax that is not evaluated, by php-parser's kind. */
const unsupported: Readonly<Record<string, string>> = {
  byref: "a reference (&)",
  clone: "clone",
  eval: "eval()",
  list: "list()",
  new: "new",
};

/** Turns one expression of php-parser into one of syntax.ts. */
export function lowerExpression(node: AstNode, lowering: Lowering): Expression {
  return isOperator(node)
    ? lowerOperators(node, lowering)
    : { line: lineOf(node), ...lowerKind(node, lowering) };
}

function lowerKind(node: AstNode, lowering: Lowering): Expression | ExpressionKind {
  switch (node.kind) {
    case "boolean":
      return { kind: "literal", value: node["value"] === true };
    case "nullkeyword":
      return { kind: "literal", value: null };
    case "number":
      return { kind: "literal", value: lowerNumber(node, lowering) };
    case "string":
      return { kind: "literal", value: lowerString(node, lowering) };
    case "nowdoc":
      return { kind: "literal", value: lowerNowdoc(node) };
    case "magic":
      return lowerMagic(node, lowering);
    case "encapsed":
      return lowerTemplate(node, lowering);
    case "array":
      return lowerArray(node, lowering);
    case "name":
      return { kind: "constant", name: lowering.names.constant(node) };
    case "variable": {
      const name = nameIn(node, "name");
      if (name === undefined) return { kind: "unsupported", what: "a variable variable" };
      return { kind: "variable", name };
    }
    case "offsetlookup": {
      const index = optionalNodeIn(node, "offset");
      const base = lowering.expression(nodeIn(node, "what"));
      return { kind: "index", base, index: index === undefined ? undefined : lowering.expression(index) };
    }
    case "staticlookup":
      return lowerStaticLookup(node, lowering);
    case "isset":
      return {
        kind: "isset",
        targets: nodesIn(node, "variables").map((target) => lowering.expression(target)),
      };
    case "empty":
      return { kind: "empty", target: lowering.expression(nodeIn(node, "expression")) };
    case "pre":
    case "post": {
      const target = lowering.expression(nodeIn(node, "what"));
      return { kind: "step", target, by: node["type"] === "+" ? 1n : -1n, before: node.kind === "pre" };
    }
    case "match":
      return {
        kind: "match",
        subject: lowering.expression(nodeIn(node, "cond")),
        arms: nodesIn(node, "arms").map((arm) => lowerArm(arm, lowering)),
      };
    case "call":
      return lowerCall(node, lowering);
    case "arrowfunc":
    case "closure":
      return lowerClosure(node, lowering);
    case "new": {
      const what = nodeIn(node, "what");
      if (!isClassName(what)) return { kind: "unsupported", what: "new" };
      return { kind: "new", class: lowering.names.class(what), args: lowerArguments(node, lowering) };
    }
    case "bin":
      return lowerInstanceof(node, lowering);
    case "throw":
      return { kind: "throw", value: lowering.expression(nodeIn(node, "what")) };
    case "print":
      return { kind: "print", value: lowering.expression(nodeIn(node, "expression")) };
    case "exit":
      return { kind: "exit" };
    case "include":
      return {
        kind: "include",
        path: lowering.expression(nodeIn(node, "target")),
        once: node["once"] === true,
        required: node["require"] === true,
      };
    case "propertylookup":
    case "nullsafepropertylookup": {
      const name = nameIn(node, "offset");
      if (name === undefined) return { kind: "unsupported", what: "a dynamic property" };
      const nullsafe = node.kind === "nullsafepropertylookup";
      return { kind: "property", object: lowering.expression(nodeIn(node, "what")), name, nullsafe };
    }
    case "assignref":
      return lowerReference(node);
    case "yield":
    case "yieldfrom":
      lowering.noteYield();
      return { kind: "unsupported", what: "yield" };
    default:
      return { kind: "unsupported", what: unsupported[node.kind] ?? `"${node.kind}"` };
  }
}

function lowerMagic(node: AstNode, lowering: Lowering): ExpressionKind {
  switch (textIn(node, "value")) {
    case "__FILE__":
      return { kind: "literal", value: lowering.path };
    case "__DIR__":
      return { kind: "literal", value: lowering.path.replace(/\/[^/]*$/, "") || "/" };
    case "__LINE__":
      return { kind: "literal", value: BigInt(lineOf(node)) };
    default:
      return { kind: "unsupported", what: textIn(node, "value") };
  }
}

function lowerArray(node: AstNode, lowering: Lowering): ExpressionKind {
  const items: ArrayItem[] = [];
  for (const entry of nodesIn(node, "items")) {
    const line = lineOf(entry);
    if (entry.kind !== "entry") lowering.fail(line, "an array literal has an empty element");
    if (entry["byRef"] === true) return { kind: "unsupported", what: "a reference (&)" };
    const key = optionalNodeIn(entry, "key");
    items.push({
      key: key === undefined ? undefined : lowering.expression(key),
      value: lowering.expression(nodeIn(entry, "value")),
      spread: entry["unpack"] === true,
      line,
    });
  }
  return { kind: "array", items };
}

function lowerStaticLookup(node: AstNode, lowering: Lowering): ExpressionKind {
  const owner = nodeIn(node, "what");
  const name = nameIn(node, "offset");
  if (!isClassName(owner) || name === undefined) return { kind: "unsupported", what: "this use of ::" };
  const resolved = lowering.names.class(owner);
  return name.toLowerCase() === "class"
    ? { kind: "literal", value: resolved }
    : { kind: "class-constant", class: resolved, name };
}

function lowerInstanceof(node: AstNode, lowering: Lowering): ExpressionKind {
  const owner = nodeIn(node, "right");
  if (!isClassName(owner)) return { kind: "unsupported", what: "instanceof of a value" };
  return {
    kind: "instanceof",
    value: lowering.expression(nodeIn(node, "left")),
    class: lowering.names.class(owner),
  };
}

/** References from one plain variable to another; those into arrays are left out. */
function lowerReference(node: AstNode): ExpressionKind {
  const [name, other] = [nodeIn(node, "left"), nodeIn(node, "right")].map((side) =>
    side.kind === "variable" ? nameIn(side, "name") : undefined
  );
  return name === undefined || other === undefined
    ? { kind: "unsupported", what: "a reference (&) into an array" }
    : { kind: "reference", name, other };
}

function lowerArm(arm: AstNode, lowering: Lowering): MatchArm {
  const conditions = arm["conds"] === null
    ? undefined
    : nodesIn(arm, "conds").map((condition) => lowering.expression(condition));
  return { conditions, body: lowering.expression(nodeIn(arm, "body")) };
}
