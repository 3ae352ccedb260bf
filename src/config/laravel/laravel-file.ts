import { resolve } from "node:path";
import type { ConfigFiles } from "../sources/config-files.ts";
import type { ConfigNode } from "../sources/config-node.ts";
import { nodeAt } from "../sources/config-node.ts";
import type { Environment } from "../sources/environment.ts";
import { readPhpNode } from "../sources/php-node.ts";

/** A config file of a Laravel application with its package's own behind it, as Laravel merges the two when it boots. */
export class LaravelFile {
  readonly #layers: readonly ConfigNode[];

  /**
   * Reads `config/NAME.php`, then the file of that name of its package (the framework unless named) below `vendor`, then `stock`
   * (PHP text): the first two may be missing. Throws a `ConfigError` when one that is there cannot be read or understood.
   */
  constructor(
    name: string,
    stock: string,
    files: ConfigFiles,
    environment: Environment,
    owner: string = "laravel/framework",
  ) {
    const directory = resolve(files.directory);
    const layers: ConfigNode[] = [];
    for (const file of [`config/${name}.php`, `vendor/${owner}/config/${name}.php`]) {
      const source = files.open(file);
      if (source !== undefined) layers.push(readPhpNode(source, { file, environment, directory }));
    }
    if (layers.length < 2) {
      layers.push(readPhpNode(stock, { file: `config/${name}.php`, environment, directory }));
    }
    this.#layers = layers;
  }

  /** The part at a dotted path: the application's, else the framework's. */
  node(path: string): ConfigNode | undefined {
    for (const layer of this.#layers) {
      const node = nodeAt(layer, path);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** The value at a dotted path as text, `undefined` when it is empty or none. */
  text(path: string): string | undefined {
    return textOf(this.node(path));
  }
}

/** A leaf as text; numbers are as good as texts, null and the empty text say nothing. */
export function textOf(node: ConfigNode | undefined): string | undefined {
  if (node?.kind !== "leaf") return undefined;
  const { value } = node;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
