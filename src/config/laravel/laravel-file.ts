import { resolve } from "node:path";
import type { ConfigFiles } from "../sources/config-files.ts";
import type { ConfigNode } from "../sources/config-node.ts";
import { nodeAt } from "../sources/config-node.ts";
import type { Environment } from "../sources/environment.ts";
import { readPhpNode } from "../sources/php-node.ts";
import type { TextFiles } from "../sources/text-files.ts";

/** Where a file of Laravel's is besides `config/`. */
export interface LaravelFileOptions {
  readonly owner?: string;
  readonly cached?: CachedParts | undefined;
}

/** A cached configuration: the parts of config files, by dotted paths that begin with their names. */
export interface CachedParts {
  readonly file: string;
  node(path: string): ConfigNode | undefined;
}

/** Where an application's own config files are looked for. */
export interface LaravelReading {
  /** The application's folder. */
  readonly directory: string;
  readonly disk: TextFiles;
  readonly environment: Environment;
  readonly cached: CachedParts | undefined;
}

/** A config file of a Laravel application, completed by the file of its package as Laravel completes it when it boots. */
export class LaravelFile {
  /** As messages name it: `config/database.php`. */
  readonly name: string;
  readonly #layers: readonly ConfigNode[];

  /**
   * Reads `config/NAME.php`, then the file of that name in its package `owner` below `vendor`; where one of the two is missing, `stock`
   * (PHP text) completes the other. In a cached configuration (`cached`) all of that has been done. Throws a `ConfigError` when a file
   * is there and cannot be read or understood.
   */
  constructor(
    name: string,
    stock: string,
    files: ConfigFiles,
    environment: Environment,
    { owner = "laravel/framework", cached }: LaravelFileOptions = {},
  ) {
    const part = cached?.node(name);
    if (cached !== undefined && part !== undefined) {
      this.name = cached.file;
      this.#layers = [part];
      return;
    }
    this.name = `config/${name}.php`;
    const place = { environment, directory: resolve(files.directory), files: files.disk };
    const layers: ConfigNode[] = [];
    for (const file of [`config/${name}.php`, `vendor/${owner}/config/${name}.php`]) {
      const source = files.open(file);
      if (source !== undefined) layers.push(readPhpNode(source, { ...place, file }));
    }
    if (layers.length < 2) {
      layers.push(readPhpNode(stock, { ...place, file: `config/${name}.php` }));
    }
    this.#layers = layers;
  }

  /** The part at a dotted path: the application's, else the package's. */
  node(path: string): ConfigNode | undefined {
    for (const layer of this.#layers) {
      const node = nodeAt(layer, path);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  /** The value at a dotted path as text; `undefined` when there is none, or an empty one. */
  text(path: string): string | undefined {
    return textOf(this.node(path));
  }
}

/** A leaf as text: a number becomes one; null and the empty text count as not written. */
export function textOf(node: ConfigNode | undefined): string | undefined {
  if (node?.kind !== "leaf") return undefined;
  const { value } = node;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
