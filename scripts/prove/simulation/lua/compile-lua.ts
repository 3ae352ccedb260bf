import luaparse, {
  type Expression,
  type FunctionDeclaration,
  type IfStatement,
  type Statement,
} from "luaparse";
import { callOf, valueOf, valuesOf } from "./lua-expression.ts";
import { LuaScope } from "./lua-scope.ts";
import { LIBRARY, OPERATORS } from "./lua-library.ts";
import { LuaTable, type LuaValue } from "./lua-value.ts";

/** A script that can be run; `redis` has the calls of this one run. */
export type LuaScript = (
  keys: readonly string[],
  args: readonly string[],
  redis: LuaTable,
) => readonly LuaValue[];

/**
 * Compiles a Lua script of Redis to JavaScript: the scripts themselves run in the simulation, no copy of them, and a call costs
 * microseconds. Only the part of Lua that scripts use is there; anything else throws here.
 */
export function compileLua(source: string): LuaScript {
  const options = { luaVersion: "5.1", encodingMode: "pseudo-latin1", comments: false } as const;
  const chunk = luaparse.parse(source, options);
  const globals = [...LIBRARY.keys()], scope = new LuaScope();
  for (const name of ["KEYS", "ARGV", "redis", ...globals]) scope.know(name);
  const code = `return (KEYS, ARGV, redis) => {\n${block(chunk.body, scope)}\nreturn [];\n}`;
  const make = new Function("op", ...globals, code) as (
    op: typeof OPERATORS,
    ...values: LuaValue[]
  ) => (keys: LuaTable, args: LuaTable, redis: LuaTable) => readonly LuaValue[];
  const run = make(OPERATORS, ...LIBRARY.values());
  return (keys, args, redis) => run(new LuaTable(keys), new LuaTable(args), redis);
}

function block(statements: readonly Statement[], scope: LuaScope): string {
  return statements.map((each) => statement(each, scope)).join("\n");
}

function statement(node: Statement, scope: LuaScope): string {
  switch (node.type) {
    case "LocalStatement": {
      const [only] = node.init;
      if (node.variables.length === 1 && node.init.length === 1 && only !== undefined) {
        const value = valueOf(only, scope);
        return `let ${scope.declare(node.variables[0]!.name)} = ${value};`;
      }
      const values = valuesOf(node.init, scope), all = scope.fresh("values");
      const names = node.variables.map(({ name }, index) => `${scope.declare(name)} = ${all}[${index}]`);
      return `const ${all} = ${values}; let ${names.join(", ")};`;
    }
    case "AssignmentStatement": {
      const values = scope.fresh("values");
      const targets = node.variables.map((each, index) => assignment(each, `${values}[${index}]`, scope));
      return `{ const ${values} = ${valuesOf(node.init, scope)}; ${targets.join(" ")} }`;
    }
    case "CallStatement":
      return `${callOf(node.expression, scope)};`;
    case "FunctionDeclaration": {
      if (node.identifier?.type !== "Identifier" || !node.isLocal) {
        throw new Error("A script declares a global function");
      }
      const name = scope.declare(node.identifier.name);
      return `const ${name} = ${functionOf(node, scope)};`;
    }
    case "IfStatement":
      return node.clauses.map((clause, index) => ifClause(clause, index, scope)).join(" ");
    case "ForNumericStatement": {
      const inner = scope.inner(), end = scope.fresh("end");
      const start = `op.number(${valueOf(node.start, scope)})`,
        last = `op.number(${valueOf(node.end, scope)})`;
      const by = node.step === null ? "1" : `op.number(${valueOf(node.step, scope)})`,
        name = inner.declare(node.variable.name);
      const step = scope.fresh("step"), goesOn = `${step} > 0 ? ${name} <= ${end} : ${name} >= ${end}`;
      return `for (let ${name} = ${start}, ${end} = ${last}, ${step} = ${by}; ${goesOn}; ${name} += ${step}) {\n${
        block(node.body, inner)
      }\n}`;
    }
    case "ForGenericStatement": {
      const inner = scope.inner(), state = scope.fresh("state"), values = scope.fresh("values");
      const iterators = valuesOf(node.iterators, scope);
      const names = node.variables.map(({ name }, index) => `${inner.declare(name)} = ${values}[${index}]`);
      return `for (const ${state} = [...${iterators}];;) {\nconst ${values} = op.call(${state}[0], [${state}[1], ${state}[2]]);\n` +
        `if ((${state}[2] = ${values}[0]) === undefined) break;\nlet ${names.join(", ")};\n${
          block(node.body, inner)
        }\n}`;
    }
    case "ReturnStatement":
      return `return ${valuesOf(node.arguments, scope)};`;
    case "DoStatement":
      return `{\n${block(node.body, scope.inner())}\n}`;
    case "WhileStatement":
      return `while (op.isTrue(${valueOf(node.condition, scope)})) {\n${block(node.body, scope.inner())}\n}`;
    case "BreakStatement":
      return "break;";
    default:
      throw new Error(`The script has a ${node.type}, which is not supported`);
  }
}

function ifClause(clause: IfStatement["clauses"][number], index: number, scope: LuaScope): string {
  const body = `{\n${block(clause.body, scope.inner())}\n}`;
  if (clause.type === "ElseClause") return `else ${body}`;
  return `${index === 0 ? "" : "else "}if (op.isTrue(${valueOf(clause.condition, scope)})) ${body}`;
}

function assignment(target: Expression, value: string, scope: LuaScope): string {
  switch (target.type) {
    case "Identifier":
      return `${scope.find(target.name)} = ${value};`;
    case "IndexExpression":
      return `op.setIndex(${valueOf(target.base, scope)}, ${valueOf(target.index, scope)}, ${value});`;
    case "MemberExpression":
      return `op.setIndex(${valueOf(target.base, scope)}, ${
        JSON.stringify(target.identifier.name)
      }, ${value});`;
    default:
      throw new Error(`The script assigns to a ${target.type}`);
  }
}

function functionOf(
  { parameters, body }: Pick<FunctionDeclaration, "parameters" | "body">,
  scope: LuaScope,
): string {
  const inner = scope.inner();
  const names = parameters.map((each) => {
    if (each.type !== "Identifier") throw new Error("A function of the script takes any number of values");
    return inner.declare(each.name);
  });
  return `(${names.join(", ")}) => {\n${block(body, inner)}\nreturn [];\n}`;
}
