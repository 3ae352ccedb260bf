import { type AstNode, lineOf, nameIn, nodeIn, nodesIn, optionalNodeIn, textIn } from "./ast-node.ts";
import type { Lowering } from "./lowering.ts";
import { isClassName } from "./name-scope.ts";
import type {
  Block,
  CallArguments,
  Expression,
  FunctionSyntax,
  ParameterSyntax,
  TypeSyntax,
  UsedVariable,
} from "./syntax.ts";

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
      if (method === undefined || !isClassName(owner)) {
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

/** The arguments of a call or of `new`. */
export function lowerArguments(node: AstNode, lowering: Lowering): CallArguments {
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
  return { line: lineOf(node), kind: "closure", closure: lowerFunction(node, lowering) };
}

/** A function, with a name or without one. */
export function lowerFunction(node: AstNode, lowering: Lowering): FunctionSyntax {
  return {
    parameters: nodesIn(node, "arguments").map((parameter): ParameterSyntax => {
      const fallback = optionalNodeIn(parameter, "value");
      return {
        name: nameIn(parameter, "name") ?? "",
        type: typeIn(parameter),
        fallback: fallback && lowering.expression(fallback),
        variadic: parameter["variadic"] === true,
        byReference: parameter["byref"] === true,
      };
    }),
    uses: node.kind === "arrowfunc" ? "all" : nodesIn(node, "uses").map((variable): UsedVariable => ({
      name: nameIn(variable, "name") ?? "",
      byReference: variable["byref"] === true,
    })),
    returns: typeIn(node),
    ...lowering.body(() => lowerBody(node, lowering)),
  };
}

function lowerBody(node: AstNode, lowering: Lowering): Block {
  const body = nodeIn(node, "body");
  if (node.kind !== "arrowfunc") return lowering.statements(nodesIn(body, "children"));
  return [{ line: lineOf(body), kind: "return", value: lowering.expression(body) }];
}

function typeIn(node: AstNode): TypeSyntax | undefined {
  const type = optionalNodeIn(node, "type");
  if (type === undefined) return undefined;
  const parts = type.kind === "uniontype" ? nodesIn(type, "types") : [type];
  const names = parts.map((part) => (nameIn(part, "name") ?? "mixed").toLowerCase());
  return node["nullable"] === true ? [...names, "null"] : names;
}
