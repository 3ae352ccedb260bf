import { isNode, type Node, type RuleContext, type Visitor } from "../lint/lint-api.ts";

/** A file that exports has code of its own: an importer names the file that has what it needs. */
export function noBarrel(_path: string, context: RuleContext): Visitor {
  return {
    Program: (node) => {
      const exports = node.body.find(isExport);
      if (
        exports === undefined || !node.body.every((statement) => isExport(statement) || isEmpty(statement))
      ) {
        return;
      }
      context.report({ node: exports, message: "only re-exports: import from the files themselves" });
    },
  };
}

function isExport(statement: Node): boolean {
  if (isNode(statement, "ExportNamedDeclaration")) return statement.declaration === null;
  return statement.type === "ExportAllDeclaration";
}

function isEmpty(statement: Node): boolean {
  return statement.type === "ImportDeclaration" || statement.type === "EmptyStatement";
}
