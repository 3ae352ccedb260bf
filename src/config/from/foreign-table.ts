import type { ConfigLeaf, ConfigNode, ConfigTable } from "../sources/config-node.ts";

/** A value as another server's configuration has it, and where; `place` begins messages about it. */
export interface ForeignValue {
  readonly value: unknown;
  readonly place: string;
}

/** Values by the keys of our settings. */
export type ForeignValues = ReadonlyMap<string, ForeignValue>;

/** The part of a config file that says these values; keys with dots are tables in it. `place` is the place of the whole. */
export function foreignTable(values: ForeignValues, place: string): ConfigTable {
  const entries = new Map<string, ConfigNode>(), below = new Map<string, Map<string, ForeignValue>>();
  for (const [key, value] of values) {
    const at = key.indexOf(".");
    if (at === -1) entries.set(key, nodeOf(value.value, value.place));
    else {
      const name = key.slice(0, at), inner = below.get(name) ?? new Map<string, ForeignValue>();
      below.set(name, inner.set(key.slice(at + 1), value));
    }
  }
  for (const [name, inner] of below) entries.set(name, foreignTable(inner, place));
  return { kind: "table", entries, list: false, place, keyPlace: place };
}

function nodeOf(value: unknown, place: string): ConfigNode {
  if (typeof value !== "object" || value === null) {
    return { kind: "leaf", value: value ?? null, place, keyPlace: place, env: [] } satisfies ConfigLeaf;
  }
  const entries = Object.entries(value).map((
    [name, inner],
  ): [string, ConfigNode] => [name, nodeOf(inner, place)]);
  return { kind: "table", entries: new Map(entries), list: Array.isArray(value), place, keyPlace: place };
}
