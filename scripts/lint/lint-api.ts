// The few parts of Deno's lint API (Deno.lint, 2.9) that our rules use. They are declared here because Deno's own types replace
// those of the whole program.

/** A node of the syntax tree, with what every node has. */
export interface Node {
  readonly type: string;
  /** From its first character to the one behind its last, in UTF-16 units of the source. */
  readonly range: Range;
  /** The node around it; the program has none. */
  readonly parent?: Node;
}

/** Start and end in UTF-16 units; the end is not included. */
export type Range = [start: number, end: number];

/** What nodes of a type have besides; only the types that a rule looks at. */
export interface NodeFields {
  Program: { readonly body: readonly Node[] };
  ImportDeclaration: {
    readonly source: NodeOf<"Literal">;
    readonly specifiers: readonly Node[];
    readonly attributes: readonly Node[];
  };
  ImportSpecifier: { readonly imported: Node };
  ExportNamedDeclaration: {
    readonly declaration: Node | null;
    readonly source: NodeOf<"Literal"> | null;
    readonly specifiers: readonly Node[];
    readonly attributes: readonly Node[];
  };
  ExportSpecifier: { readonly local: Node };
  ExportAllDeclaration: { readonly source: NodeOf<"Literal">; readonly attributes: readonly Node[] };
  ImportExpression: { readonly source: Node };
  CallExpression: { readonly callee: Node; readonly arguments: readonly Node[] };
  TSImportType: { readonly argument: Node };
  TSImportEqualsDeclaration: { readonly moduleReference: Node };
  TSExternalModuleReference: { readonly expression: Node };
  TSLiteralType: { readonly literal: Node };
  TSQualifiedName: { readonly left: Node; readonly right: Node };
  Identifier: { readonly name: string };
  Literal: { readonly value: unknown; readonly raw: string };
  TemplateLiteral: {
    readonly expressions: readonly Node[];
    readonly quasis: readonly NodeOf<"TemplateElement">[];
  };
  TemplateElement: { readonly cooked: string; readonly raw: string };
  JSXText: { readonly value: string };
  MemberExpression: { readonly object: Node; readonly property: Node; readonly computed: boolean };
  MetaProperty: { readonly property: Node };
  VariableDeclarator: { readonly init: Node | null };
  AssignmentExpression: { readonly right: Node };
  AssignmentPattern: { readonly right: Node };
  PropertyDefinition: { readonly value: Node | null };
}

/** A node of one type. */
export type NodeOf<T extends keyof NodeFields> = Node & NodeFields[T];

/** True when the node is of that type. */
export function isNode<T extends keyof NodeFields>(
  node: Node | null | undefined,
  type: T,
): node is NodeOf<T> {
  return node?.type === type;
}

/** What a rule does at the nodes of each type. */
export type Visitor = { readonly [T in keyof NodeFields]?: (node: NodeOf<T>) => void };

/** What a rule gets for each file. */
export interface RuleContext {
  /** The file's absolute path. */
  readonly filename: string;
  readonly sourceCode: {
    /** The whole source. */
    readonly text: string;
    /** Comments with their delimiters, in their order. */
    getAllComments(): readonly Node[];
  };
  /** Reports a finding at a node or at a range. */
  report(finding: { readonly node?: Node; readonly range?: Range; readonly message: string }): void;
}

/** A plugin as `lint.plugins` of deno.json loads it. */
export interface Plugin {
  readonly name: string;
  readonly rules: Readonly<Record<string, { create(context: RuleContext): Visitor }>>;
}

/** One of our rules. The path goes from the repository's root (`src/http/app.ts`). */
export type Rule = (path: string, context: RuleContext) => Visitor;
