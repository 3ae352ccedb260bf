import type { ConfigError } from "../config-error.ts";

/** A part of a config file, the same for PHP and TOML: values with their places. */
export type ConfigNode = ConfigLeaf | ConfigTable;

/** A single value. Reading the `value` of one that could not be evaluated throws a `ConfigError`. */
export interface ConfigLeaf {
  readonly kind: "leaf";
  /** A string, number, boolean or null. A function stands for a value that no setting can have, such as a closure or a date. */
  readonly value: unknown;
  /** Begins messages about it: `config/reverb.php:34 servers.reverb.port`, or the place of the variable that it came from. */
  readonly place: string;
  /** Begins messages about its key: the place in the file, also where the value came from a variable. */
  readonly keyPlace: string;
  /** Environment variables that the file asked for to make the value. */
  readonly env: readonly string[];
  /** Why the value could not be evaluated. */
  readonly error?: ConfigError;
}

/** Entries with names, or with numbers as in a list. */
export interface ConfigTable {
  readonly kind: "table";
  readonly entries: ReadonlyMap<string, ConfigNode>;
  /** True when no entry has a name. */
  readonly list: boolean;
  readonly place: string;
  /** As for a leaf. */
  readonly keyPlace: string;
}

/**
 * The part of a node at a dotted path, `undefined` when it is not there. Throws a `ConfigError` where the path leads into a value that
 * could not be evaluated.
 */
export function nodeAt(node: ConfigNode | undefined, path: string): ConfigNode | undefined {
  let found = node;
  for (const name of path.split(".")) {
    if (found?.kind === "leaf" && found.error !== undefined) throw found.error;
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

/** Whether a node is missing, null, or a table without entries (PHP's `[]`). One that could not be evaluated is not. */
export function isEmptyNode(node: ConfigNode | undefined): boolean {
  if (node?.kind === "leaf" && node.error !== undefined) return false;
  return node === undefined || (node.kind === "leaf" ? node.value === null : node.entries.size === 0);
}
