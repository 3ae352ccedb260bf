import { type AstNode, nameIn, nodeIn, nodesIn, optionalNodeIn } from "./ast-node.ts";
import type { Lowering } from "./lowering.ts";
import type { ClassSyntax, Expression } from "./syntax.ts";

/** The constants and cases of a class, an interface, a trait or an enum. */
export function lowerClass(node: AstNode, lowering: Lowering): ClassSyntax {
  const name = lowering.names.declared(nameIn(node, "name") ?? "");
  const single = optionalNodeIn(node, "extends");
  const parents = [
    ...single === undefined ? nodesIn(node, "extends") : [single],
    ...nodesIn(node, "implements"),
  ];
  const constants = new Map<string, Expression>();
  const cases = new Map<string, Expression | undefined>();
  lowering.names.inside(name, () => {
    for (const member of nodesIn(node, "body")) {
      if (member.kind === "enumcase") {
        const value = optionalNodeIn(member, "value");
        cases.set(nameIn(member, "name") ?? "", value && lowering.expression(value));
      }
      if (member.kind !== "classconstant") continue;
      for (const constant of nodesIn(member, "constants")) {
        constants.set(nameIn(constant, "name") ?? "", lowering.expression(nodeIn(constant, "value")));
      }
    }
  });
  const type = node.kind === "interface" || node.kind === "trait" || node.kind === "enum"
    ? node.kind
    : "class";
  return { type, name, parents: parents.map((parent) => lowering.names.class(parent)), constants, cases };
}
