/** A part of a config file, whatever its language: values with their places. */
export type ConfigNode = ConfigLeaf | ConfigTable;

/** A single value. */
export interface ConfigLeaf {
  readonly kind: "leaf";
  /** A string, number, boolean or null; a function stands for what no setting can be (closures, dates). */
  readonly value: unknown;
  /** Begins messages about it: `config/reverb.php:34 servers.reverb.port`, or where the variable in it is set. */
  readonly place: string;
  /** Environment variables that the file asked for to make the value. */
  readonly env: readonly string[];
}

/** Named or counted entries. */
export interface ConfigTable {
  readonly kind: "table";
  readonly entries: ReadonlyMap<string, ConfigNode>;
  /** True when the entries are only counted. */
  readonly list: boolean;
  readonly place: string;
}

/** The part of a node at a dotted path, `undefined` when it is not there. */
export function nodeAt(node: ConfigNode | undefined, path: string): ConfigNode | undefined {
  let found = node;
  for (const name of path.split(".")) {
    found = found?.kind === "table" ? found.entries.get(name) : undefined;
  }
  return found;
}

/** A node as plain lists, records and values. */
export function plainValue(node: ConfigNode): unknown {
  if (node.kind === "leaf") return node.value;
  if (node.list) return [...node.entries.values()].map(plainValue);
  return Object.fromEntries([...node.entries].map(([name, entry]) => [name, plainValue(entry)]));
}

/** Whether a node says nothing: `null`, or a table without entries (PHP's `[]`). */
export function isEmptyNode(node: ConfigNode | undefined): boolean {
  return node === undefined || (node.kind === "leaf" ? node.value === null : node.entries.size === 0);
}
