import { type AstNode, lineOf, nameIn, nodeIn, nodesIn, optionalNodeIn, textIn } from "./ast-node.ts";
import { lowerFunction } from "./lower-call.ts";
import { lowerClass } from "./lower-class.ts";
import { lowerPattern } from "./lower-pattern.ts";
import type { Lowering } from "./lowering.ts";
import type { Block, CatchClause, Statement, StatementKind, SwitchCase } from "./syntax.ts";

/** Names for messages of the statements that are not run, by php-parser's kind. */
const unsupported: Readonly<Record<string, string>> = { global: "a global variable", goto: "goto" };

/** Turns php-parser's statements into those of syntax.ts. `use` and `namespace` take effect here and become no statement. */
export function lowerStatements(nodes: readonly AstNode[], lowering: Lowering): Block {
  const statements: Statement[] = [];
  for (const node of nodes) {
    // What follows is data.
    if (node.kind === "halt") break;
    statements.push(...lowerStatement(node, lowering));
  }
  return statements;
}

function lowerStatement(node: AstNode, lowering: Lowering): Block {
  switch (node.kind) {
    case "block":
      return lowering.statements(nodesIn(node, "children"));
    case "declare":
      return lowering.statements(nodesIn(node, "children"));
    case "namespace":
      lowering.names.enter(nameIn(node, "name") ?? "");
      return lowering.statements(nodesIn(node, "children"));
    case "usegroup":
      lowering.names.import(node);
      return [];
    case "noop":
    case "inline":
      // PHP prints text outside of <?php; the configuration does not contain it.
      return [];
    case "constantstatement":
      return nodesIn(node, "constants").map((constant) => ({
        line: lineOf(constant),
        kind: "const",
        name: lowering.names.declared(nameIn(constant, "name") ?? ""),
        value: lowering.expression(nodeIn(constant, "value")),
      }));
    case "static":
      return nodesIn(node, "variables").map((variable) => {
        const value = optionalNodeIn(variable, "defaultValue");
        return {
          line: lineOf(variable),
          kind: "static",
          // php-parser has a node of its own only for one with a value.
          name: nameIn(optionalNodeIn(variable, "variable") ?? variable, "name") ?? "",
          value: value && lowering.expression(value),
        };
      });
    case "function":
      // A closure that is called by no code: php-parser takes it for a function without a name.
      if (!hasName(node)) return [];
      return [{ line: lineOf(node), ...lowerKind(node, lowering) }];
    default:
      return [{ line: lineOf(node), ...lowerKind(node, lowering) }];
  }
}

function lowerKind(node: AstNode, lowering: Lowering): StatementKind {
  const all = (field: string) => nodesIn(node, field).map((each) => lowering.expression(each));
  const body = (): Block => blockIn(node, "body", lowering);
  switch (node.kind) {
    case "expressionstatement":
      return { kind: "expression", expression: lowering.expression(nodeIn(node, "expression")) };
    case "throw":
      return { kind: "expression", expression: lowering.expression(node) };
    case "echo":
      return { kind: "echo", values: all("expressions") };
    case "return": {
      const value = optionalNodeIn(node, "expr");
      return { kind: "return", value: value && lowering.expression(value) };
    }
    case "if":
      return {
        kind: "if",
        test: lowering.expression(nodeIn(node, "test")),
        then: body(),
        otherwise: blockIn(node, "alternate", lowering),
      };
    case "foreach":
      return lowerForeach(node, lowering);
    case "while":
    case "do":
      return { kind: node.kind, test: lowering.expression(nodeIn(node, "test")), body: body() };
    case "for":
      return { kind: "for", first: all("init"), tests: all("test"), next: all("increment"), body: body() };
    case "switch":
      return {
        kind: "switch",
        subject: lowering.expression(nodeIn(node, "test")),
        cases: nodesIn(nodeIn(node, "body"), "children").map((each) => lowerCase(each, lowering)),
      };
    case "try":
      return {
        kind: "try",
        body: body(),
        catches: nodesIn(node, "catches").map((each) => lowerCatch(each, lowering)),
        always: blockIn(node, "always", lowering),
      };
    case "unset":
      return { kind: "unset", targets: all("variables") };
    case "break":
    case "continue": {
      const level = optionalNodeIn(node, "level");
      const levels = level === undefined ? 1 : Number(level["value"]);
      return Number.isSafeInteger(levels) && levels > 0
        ? { kind: node.kind, levels }
        : lowering.fail(lineOf(node), `${node.kind} needs a number`);
    }
    case "function":
      return {
        kind: "function",
        name: lowering.names.declared(nameIn(node, "name") ?? ""),
        function: lowerFunction(node, lowering),
      };
    case "class":
    case "interface":
    case "trait":
    case "enum":
      return { kind: "class", class: lowerClass(node, lowering) };
    default:
      return { kind: "unsupported", what: unsupported[node.kind] ?? `"${node.kind}"` };
  }
}

function hasName(node: AstNode): boolean {
  const name = optionalNodeIn(node, "name");
  return name === undefined ? typeof node["name"] === "string" : typeof name["name"] === "string";
}

function blockIn(node: AstNode, field: string, lowering: Lowering): Block {
  const block = optionalNodeIn(node, field);
  return block === undefined ? [] : lowering.statements([block]);
}

function lowerForeach(node: AstNode, lowering: Lowering): StatementKind {
  const value = nodeIn(node, "value");
  const key = optionalNodeIn(node, "key");
  return {
    kind: "foreach",
    subject: lowering.expression(nodeIn(node, "source")),
    key: key && lowering.expression(key),
    value: value.kind === "list" || value.kind === "array"
      ? lowerPattern(value, lowering)
      : lowering.expression(value),
    byReference: value["byref"] === true,
    body: blockIn(node, "body", lowering),
  };
}

function lowerCase(node: AstNode, lowering: Lowering): SwitchCase {
  const test = optionalNodeIn(node, "test");
  return { test: test && lowering.expression(test), body: blockIn(node, "body", lowering) };
}

function lowerCatch(node: AstNode, lowering: Lowering): CatchClause {
  const variable = optionalNodeIn(node, "variable");
  return {
    classes: nodesIn(node, "what").map((name) => lowering.names.class(name)),
    variable: variable && textIn(variable, "name"),
    body: blockIn(node, "body", lowering),
  };
}
