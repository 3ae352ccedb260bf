import { ConfigError } from "../config-error.ts";
import { type ConfigNode, nodeAt, plainValue } from "./config-node.ts";
import type { AnySetting } from "../settings/setting.ts";
import type { SettingSource } from "./setting-source.ts";
import type { WrittenValue } from "./setting-source.ts";

/**
 * Settings from a part of a config file; `below` is the beginning that the keys of its settings share: `scaling.server`. `at` is the
 * dotted path below the part that takes its place, none when left out.
 */
export class NodeSource implements SettingSource {
  readonly #node: ConfigNode | undefined;
  readonly #below: string;
  readonly #at: string;

  constructor(node: ConfigNode | undefined, below: string = "", at: string = "") {
    this.#node = node;
    this.#at = at === "" ? "" : `${at}.`;
    this.#below = below === "" ? "" : `${below}.`;
  }

  find(setting: AnySetting): WrittenValue | undefined {
    if (!setting.key.startsWith(this.#below)) return undefined;
    try {
      const node = nodeAt(this.#node, this.#at + setting.key.slice(this.#below.length));
      if (node === undefined) return undefined;
      // No setting is a table of names: where PHP has names, only the values count.
      const named = node.kind === "table" && !node.list;
      const value = named ? [...node.entries.values()].map(plainValue) : plainValue(node);
      return { value, place: node.place };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { value: undefined, place: setting.key, error };
    }
  }
}
