import type { Expression } from "luaparse";
import type { LuaScope } from "./lua-scope.ts";

/** Several expressions as one list; of the last one all values count. */
export function valuesOf(nodes: readonly Expression[], scope: LuaScope): string {
  const last = nodes.at(-1);
  if (last === undefined || !isCall(last)) return `[${nodes.map((each) => valueOf(each, scope)).join(", ")}]`;
  if (nodes.length === 1) return callOf(last, scope);
  return `[${nodes.slice(0, -1).map((each) => `${valueOf(each, scope)}, `).join("")}...${
    callOf(last, scope)
  }]`;
}

function isCall({ type }: Expression): boolean {
  return type === "CallExpression";
}

/** A call with all its values. */
export function callOf(node: Expression, scope: LuaScope): string {
  if (node.type !== "CallExpression") throw new Error(`The script has a ${node.type} as a call`);
  const { base } = node, values = valuesOf(node.arguments, scope);
  if (base.type === "MemberExpression" && base.indexer === ":") {
    return `op.method(${valueOf(base.base, scope)}, ${JSON.stringify(base.identifier.name)}, ${values})`;
  }
  return `op.call(${valueOf(base, scope)}, ${values})`;
}

/** An expression as one value. */
export function valueOf(node: Expression, scope: LuaScope): string {
  switch (node.type) {
    case "Identifier":
      return scope.find(node.name);
    case "NumericLiteral":
    case "StringLiteral":
    case "BooleanLiteral":
      return JSON.stringify(node.value);
    case "NilLiteral":
      return "undefined";
    case "CallExpression":
      return `${callOf(node, scope)}[0]`;
    case "MemberExpression":
      return `op.index(${valueOf(node.base, scope)}, ${JSON.stringify(node.identifier.name)})`;
    case "IndexExpression":
      return `op.index(${valueOf(node.base, scope)}, ${valueOf(node.index, scope)})`;
    case "TableConstructorExpression":
      return table(node.fields, scope);
    case "LogicalExpression": {
      const value = scope.fresh("value"), one = valueOf(node.left, scope), other = valueOf(node.right, scope);
      const isKept = node.operator === "and"
        ? `op.isTrue(${value}) ? ${other} : ${value}`
        : `op.isTrue(${value}) ? ${value} : ${other}`;
      return `((${value}) => ${isKept})(${one})`;
    }
    case "UnaryExpression": {
      const value = valueOf(node.argument, scope);
      if (node.operator === "not") return `!op.isTrue(${value})`;
      return node.operator === "#" ? `op.length(${value})` : `(-op.number(${value}))`;
    }
    case "BinaryExpression":
      return binary(node.operator, valueOf(node.left, scope), valueOf(node.right, scope));
    default:
      throw new Error(`The script has a ${node.type}, which is not supported`);
  }
}

function table(
  fields: Extract<Expression, { type: "TableConstructorExpression" }>["fields"],
  scope: LuaScope,
): string {
  const values: Expression[] = [], pairs: string[] = [];
  for (const field of fields) {
    if (field.type === "TableValue") values.push(field.value);
    else {
      const key = field.type === "TableKey" ? valueOf(field.key, scope) : JSON.stringify(field.key.name);
      pairs.push(`[${key}, ${valueOf(field.value, scope)}]`);
    }
  }
  return `op.table(${valuesOf(values, scope)}, [${pairs.join(", ")}])`;
}

function binary(operator: string, one: string, other: string): string {
  switch (operator) {
    case "..":
      return `op.concat(${one}, ${other})`;
    case "==":
      return `(${one} === ${other})`;
    case "~=":
      return `(${one} !== ${other})`;
    case "<":
    case "<=":
      return `op.less(${one}, ${other}, ${operator === "<="})`;
    case ">":
    case ">=":
      return `op.less(${other}, ${one}, ${operator === ">="})`;
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return `(op.number(${one}) ${operator} op.number(${other}))`;
    default:
      throw new Error(`The script has the operator ${operator}, which is not supported`);
  }
}
