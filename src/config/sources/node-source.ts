import { type ConfigNode, nodeAt, plainValue } from "./config-node.ts";
import type { AnySetting } from "../settings/setting.ts";
import type { SettingSource } from "./setting-source.ts";
import type { WrittenValue } from "./setting-source.ts";

/** Settings from a part of a config file; `below` is where that part lies among the keys of the settings table. */
export class NodeSource implements SettingSource {
  readonly #node: ConfigNode | undefined;
  readonly #below: string;

  constructor(node: ConfigNode | undefined, below: string = "") {
    this.#node = node;
    this.#below = below === "" ? "" : `${below}.`;
  }

  find(setting: AnySetting): WrittenValue | undefined {
    if (!setting.key.startsWith(this.#below)) return undefined;
    const node = nodeAt(this.#node, setting.key.slice(this.#below.length));
    if (node === undefined) return undefined;
    // PHP writes named entries where only their values count; nothing among the settings is a record.
    const named = node.kind === "table" && !node.list;
    const value = named ? [...node.entries.values()].map(plainValue) : plainValue(node);
    return { value, place: node.place };
  }
}
