import { type AstNode, lineOf, nameIn, nodeIn, nodesIn, textIn } from "./ast-node.ts";
import type { Lowering } from "./lowering.ts";
import type { CallArguments, ClosureParameter, ClosureSyntax, Expression, Statement } from "./syntax.ts";

/** A call of a function, a static method, a method or a value. */
export function lowerCall(node: AstNode, lowering: Lowering): Expression {
  const line = lineOf(node);
  const what = nodeIn(node, "what");
  const args = lowerArguments(node, lowering);
  switch (what.kind) {
    case "name":
      return { line, kind: "call", callee: lowering.names.function(what), args };
    case "staticlookup": {
      const method = nameIn(what, "offset");
      const owner = nodeIn(what, "what");
      if (method === undefined || owner.kind !== "name") {
        return { line, kind: "unsupported", what: "a dynamic static call" };
      }
      return { line, kind: "static-call", class: lowering.names.class(owner), method, args };
    }
    case "propertylookup":
    case "nullsafepropertylookup": {
      const method = nameIn(what, "offset");
      if (method === undefined) return { line, kind: "unsupported", what: "a dynamic method call" };
      const object = lowering.expression(nodeIn(what, "what"));
      // The method's own line: chains of calls are written one to a line.
      const at = lineOf(nodeIn(what, "offset"));
      const nullsafe = what.kind === "nullsafepropertylookup";
      return { line: at, kind: "method-call", object, method, args, nullsafe };
    }
    default:
      return { line, kind: "call", callee: lowering.expression(what), args };
  }
}

function lowerArguments(node: AstNode, lowering: Lowering): CallArguments {
  const nodes = nodesIn(node, "arguments");
  if (nodes.length === 1 && nodes[0]?.kind === "variadicplaceholder") return "placeholder";
  return nodes.map((argument) => {
    if (argument.kind === "namedargument") {
      const value = lowering.expression(nodeIn(argument, "value"));
      return { name: textIn(argument, "name"), value, spread: false };
    }
    if (argument.kind === "variadic") {
      return { name: undefined, value: lowering.expression(nodeIn(argument, "what")), spread: true };
    }
    return { name: undefined, value: lowering.expression(argument), spread: false };
  });
}

/** `fn () => …` or `function () { … }`. */
export function lowerClosure(node: AstNode, lowering: Lowering): Expression {
  const line = lineOf(node);
  const uses = nodesIn(node, "uses");
  const parameters = nodesIn(node, "arguments");
  if (node["byref"] === true || [...uses, ...parameters].some((variable) => variable["byref"] === true)) {
    return { line, kind: "unsupported", what: "a reference (&)" };
  }
  const closure: ClosureSyntax = {
    parameters: parameters.map((parameter): ClosureParameter => {
      const fallback = parameter["value"];
      return {
        name: nameIn(parameter, "name") ?? "",
        fallback: fallback === null ? undefined : lowering.expression(nodeIn(parameter, "value")),
        variadic: parameter["variadic"] === true,
      };
    }),
    uses: node.kind === "arrowfunc" ? "all" : uses.map((variable) => nameIn(variable, "name") ?? ""),
    body: lowerBody(node, lowering),
  };
  return { line, kind: "closure", closure };
}

function lowerBody(node: AstNode, lowering: Lowering): readonly Statement[] {
  const body = nodeIn(node, "body");
  if (node.kind !== "arrowfunc") return lowering.statements(nodesIn(body, "children"));
  return [{ line: lineOf(body), kind: "return", value: lowering.expression(body) }];
}
