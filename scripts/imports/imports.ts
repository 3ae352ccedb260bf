import { isNode, type Node, type RuleContext, type Visitor } from "../lint/lint-api.ts";
import { checkImport } from "./check-import.ts";

/** Every import, in each of its forms, keeps the rules of scripts/imports/rules.ts. */
export function imports(path: string, context: RuleContext): Visitor {
  const check = (
    node: Node,
    source: Node | undefined,
    names: readonly string[],
    hasAttributes: boolean,
  ): void => {
    const specifier = literalText(source);
    const findings = specifier === undefined
      ? ["imports an expression: the module's name must be a literal"]
      : checkImport(path, { specifier, names, hasAttributes });
    for (const message of findings) context.report({ node: source ?? node, message });
  };
  return {
    ImportDeclaration: (node) =>
      check(node, node.source, node.specifiers.flatMap(nameIn), node.attributes.length > 0),
    ExportNamedDeclaration: (node) => {
      if (node.source === null) return;
      check(node, node.source, node.specifiers.flatMap(nameIn), node.attributes.length > 0);
    },
    ExportAllDeclaration: (node) => check(node, node.source, [], node.attributes.length > 0),
    ImportExpression: (node) => check(node, node.source, [], false),
    TSImportType: (node) => check(node, node.argument, [], false),
    TSExternalModuleReference: (node) => check(node, node.expression, [], false),
    CallExpression: (node) => {
      if (isNode(node.callee, "Identifier") && node.callee.name === "require") {
        // `require` cannot say `with { type: "json" }`: the file's ending has to do.
        const source = node.arguments[0];
        check(node, source, [], literalText(source)?.endsWith(".json") === true);
      }
    },
  };
}

/** The text of a literal, a type's literal or a template without `${`; `undefined` for an expression. */
function literalText(node: Node | undefined): string | undefined {
  if (isNode(node, "TSLiteralType")) return literalText(node.literal);
  if (isNode(node, "TemplateLiteral")) {
    return node.expressions.length === 0 ? node.quasis[0]?.cooked : undefined;
  }
  return isNode(node, "Literal") && typeof node.value === "string" ? node.value : undefined;
}

/** The name that the other module calls it by; none for a default import and for a namespace. */
function nameIn(specifier: Node): readonly string[] {
  const name = isNode(specifier, "ImportSpecifier")
    ? specifier.imported
    : isNode(specifier, "ExportSpecifier")
    ? specifier.local
    : undefined;
  return isNode(name, "Identifier") ? [name.name] : [];
}
