import { isNode, type Node, type NodeOf, type RuleContext, type Visitor } from "../lint/lint-api.ts";
import { asPlace, roomOf } from "./places.ts";
import { GLOBAL_HOMES, PROCESS_MEMBER_HOMES } from "./rules.ts";

/** Words through which a program reaches its environment and its own end: `process.env`, `import.meta.env`, `Deno.exit`. */
const PROCESS_WORDS: ReadonlySet<string> = new Set(["process", "Bun", "Deno", "meta"]);

/** Globals stay in their room: `Bun` and `Deno` (also as types), the environment, the end of the process. */
export function globals(path: string, context: RuleContext): Visitor {
  const room = roomOf(path);
  if (room === undefined) return {};
  const report = (node: Node, name: string, home: string | undefined): void => {
    if (home === undefined || home === room) return;
    context.report({ node, message: `uses ${name}: only ${asPlace(home)} may` });
  };
  const keep = (value: Node | null): void => {
    if (!isNode(value, "Identifier") || value.name !== "process") return;
    context.report({ node: value, message: "keeps the process object: name the member that is meant" });
  };
  return {
    Identifier: (node) => {
      if (!isMemberOfOther(node)) report(node, node.name, GLOBAL_HOMES.get(node.name));
    },
    MemberExpression: (node) => {
      const owner = lastWord(node.object), member = memberName(node);
      if (owner === undefined || member === undefined || !PROCESS_WORDS.has(owner)) return;
      report(node, `${owner}.${member}`, PROCESS_MEMBER_HOMES.get(member));
    },
    VariableDeclarator: (node) => keep(node.init),
    AssignmentExpression: (node) => keep(node.right),
    AssignmentPattern: (node) => keep(node.right),
    PropertyDefinition: (node) => keep(node.value),
  };
}

/** True for the `Bun` of `x.Bun`, false for `Bun` and `globalThis.Bun`. */
function isMemberOfOther(node: NodeOf<"Identifier">): boolean {
  const { parent } = node;
  if (isNode(parent, "TSQualifiedName")) {
    return isSame(parent.right, node) && lastWord(parent.left) !== "globalThis";
  }
  return isNode(parent, "MemberExpression") && !parent.computed && isSame(parent.property, node) &&
    lastWord(parent.object) !== "globalThis";
}

function isSame(one: Node, other: Node): boolean {
  return one.range[0] === other.range[0];
}

/** The `process` of `process` and `globalThis.process`, the `meta` of `import.meta`. */
function lastWord(node: Node): string | undefined {
  if (isNode(node, "Identifier")) return node.name;
  if (isNode(node, "MetaProperty")) return lastWord(node.property);
  return isNode(node, "MemberExpression") ? memberName(node) : undefined;
}

/** The `env` of `process.env`, `process?.env` and `process["env"]`. */
function memberName({ property, computed }: NodeOf<"MemberExpression">): string | undefined {
  if (isNode(property, "Identifier")) return computed ? undefined : property.name;
  return isNode(property, "Literal") && typeof property.value === "string" ? property.value : undefined;
}
