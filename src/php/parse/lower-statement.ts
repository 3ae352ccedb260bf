import { type AstNode, lineOf, nameIn, nodeIn, nodesIn, optionalNodeIn } from "./ast-node.ts";
import type { Lowering } from "./lowering.ts";
import type { Statement } from "./syntax.ts";

/** Names for messages of the statements that are not run, by php-parser's kind. */
const unsupported: Readonly<Record<string, string>> = {
  constantstatement: "const",
  do: "do … while",
  static: "a static variable",
  try: "try … catch",
};

/** Turns php-parser's statements into those of syntax.ts. `use` and `namespace` take effect here and become no statement. */
export function lowerStatements(nodes: readonly AstNode[], lowering: Lowering): readonly Statement[] {
  return nodes.flatMap((node) => lowerStatement(node, lowering));
}

function lowerStatement(node: AstNode, lowering: Lowering): readonly Statement[] {
  const line = lineOf(node);
  switch (node.kind) {
    case "expressionstatement":
      return [{ line, kind: "expression", expression: lowering.expression(nodeIn(node, "expression")) }];
    case "return": {
      const value = optionalNodeIn(node, "expr");
      return [{ line, kind: "return", value: value && lowering.expression(value) }];
    }
    case "if": {
      const alternate = optionalNodeIn(node, "alternate");
      const body = optionalNodeIn(node, "body");
      return [{
        line,
        kind: "if",
        test: lowering.expression(nodeIn(node, "test")),
        then: lowering.statements(body === undefined ? [] : [body]),
        otherwise: alternate === undefined ? [] : lowering.statements([alternate]),
      }];
    }
    case "foreach":
      return [lowerForeach(node, lowering)];
    case "unset":
      return [{
        line,
        kind: "unset",
        targets: nodesIn(node, "variables").map((target) => lowering.expression(target)),
      }];
    case "break":
    case "continue": {
      const level = node["level"];
      if (level !== null && level !== undefined) {
        return [{ line, kind: "unsupported", what: `${node.kind} with a level` }];
      }
      return [{ line, kind: node.kind }];
    }
    case "block":
      return lowering.statements(nodesIn(node, "children"));
    case "namespace":
      lowering.names.enter(nameIn(node, "name") ?? "");
      return lowering.statements(nodesIn(node, "children"));
    case "usegroup":
      lowering.names.import(node);
      return [];
    case "declare":
      return lowering.statements(nodesIn(node, "children"));
    case "noop":
    case "inline":
      // PHP prints text outside of <?php; the configuration does not contain it.
      return [];
    default:
      return [{ line, kind: "unsupported", what: unsupported[node.kind] ?? `"${node.kind}"` }];
  }
}

function lowerForeach(node: AstNode, lowering: Lowering): Statement {
  const line = lineOf(node);
  const value = nodeIn(node, "value");
  const key = optionalNodeIn(node, "key");
  const name = value.kind === "variable" && value["byref"] !== true ? nameIn(value, "name") : undefined;
  const keyName = key?.kind === "variable" ? nameIn(key, "name") : undefined;
  if (name === undefined || (key !== undefined && keyName === undefined)) {
    return { line, kind: "unsupported", what: "foreach into anything but plain variables" };
  }
  const body = optionalNodeIn(node, "body");
  const subject = lowering.expression(nodeIn(node, "source"));
  return {
    line,
    kind: "foreach",
    subject,
    key: keyName,
    value: name,
    body: body === undefined ? [] : lowering.statements([body]),
  };
}
