/*
 * php-parser's tree: plain objects of which only the kind is known. All other fields are read through the functions below, so that a
 * field that is not as expected becomes an error here and not an undefined value later.
 */

/** A node of php-parser. */
export interface AstNode {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** True for a node of php-parser. */
export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";
}

/** The node in a field that always holds one. */
export function nodeIn(parent: AstNode, field: string): AstNode {
  const value = parent[field];
  if (!isNode(value)) throw new TypeError(`php-parser: ${parent.kind}.${field} is not a node`);
  return value;
}

/** The node in a field that may be empty. */
export function optionalNodeIn(parent: AstNode, field: string): AstNode | undefined {
  const value = parent[field];
  return isNode(value) ? value : undefined;
}

/** The nodes in a field that holds a list. */
export function nodesIn(parent: AstNode, field: string): readonly AstNode[] {
  const value = parent[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The text in a field that always holds text. */
export function textIn(parent: AstNode, field: string): string {
  const value = parent[field];
  if (typeof value !== "string") throw new TypeError(`php-parser: ${parent.kind}.${field} is not text`);
  return value;
}

/** A name that php-parser stores as text in one place and as an identifier node in another; `undefined` for anything else. */
export function nameIn(parent: AstNode, field: string): string | undefined {
  const value = parent[field];
  if (typeof value === "string") return value;
  return isNode(value) && value.kind === "identifier" ? textIn(value, "name") : undefined;
}

/** The line that a node starts on, from 1. */
export function lineOf(node: AstNode): number {
  const location = node["loc"];
  if (typeof location !== "object" || location === null || !("start" in location)) return 1;
  const start = location.start;
  if (typeof start !== "object" || start === null || !("line" in start)) return 1;
  return typeof start.line === "number" ? start.line : 1;
}
