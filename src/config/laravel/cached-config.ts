import { isAbsolute, join, relative, resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import type { ConfigFiles } from "../sources/config-files.ts";
import { type ConfigNode, type ConfigTable, isEmptyNode, nodeAt } from "../sources/config-node.ts";
import { type Environment, processOrigin } from "../sources/environment.ts";
import { readExportedNode } from "../sources/exported-node.ts";
import type { Findings } from "../findings.ts";
import { textOf } from "./laravel-file.ts";

/** Where Laravel keeps it. */
export const CACHED_CONFIG = "bootstrap/cache/config.php";
/** The variable that names another place. */
const VARIABLE = "APP_CONFIG_CACHE";

/** Characters of a file that is read. Those of large applications have some 200,000. */
const LARGEST = 16_777_216;

/** The config files whose content counts here. */
const FILES = ["reverb", "broadcasting", "database", "cache", "pulse"].map((name) => `config/${name}.php`);

/** What helps against a cached configuration that is not as the files are. */
export const CACHE_REMEDY =
  'run "php artisan config:cache" to take changes over, or "php artisan config:clear" to do without it';

/**
 * The configuration that `php artisan config:cache` or `optimize` has written. Where it is, PHP reads neither `config/` nor `.env`, and
 * signs with what stands in it; so it is the truth here too. Its parts are those of Laravel's config files, by their names.
 */
export class CachedConfig {
  /** As messages name it: `bootstrap/cache/config.php`. */
  readonly file: string;
  readonly #root: ConfigTable;

  constructor(file: string, root: ConfigTable) {
    this.file = file;
    this.#root = root;
  }

  /** The part at a dotted path, which begins with the name of a config file: `database.redis.default`. */
  node(path: string): ConfigNode | undefined {
    return nodeAt(this.#root, path);
  }

  /** The value at a dotted path as text; `undefined` when there is none, or an empty one. */
  text(path: string): string | undefined {
    return textOf(this.node(path));
  }

  /** The connection of `broadcasting` whose credentials PHP signs with, where no server is configured. */
  get broadcasting(): ConfigTable | undefined {
    const names = ["reverb", this.text("broadcasting.default") ?? "reverb"];
    for (const name of names) {
      const node = this.node(`broadcasting.connections.${name}`);
      if (node?.kind === "table" && !isEmptyNode(node.entries.get("app_id"))) return node;
    }
    return undefined;
  }
}

/** Opens it, and warns of files that are newer; `undefined` where there is none. Throws a `ConfigError` when it cannot be read. */
export function openCachedConfig(
  files: ConfigFiles,
  environment: Environment,
  findings: Findings,
): CachedConfig | undefined {
  for (const written of placesOf(environment)) {
    const path = resolve(files.directory, written);
    const found = files.disk.look(path);
    if (found === undefined || found.kind === "folder") continue;
    const inside = relative(resolve(files.directory), path);
    const name = inside.startsWith("..") || isAbsolute(inside) ? path : inside;
    if (found.kind !== "file") throw new ConfigError([`Cannot read ${name}: it is no plain file`]);
    if (found.size > LARGEST) {
      throw new ConfigError([
        `Cannot read ${name}: it has ${found.size} bytes, and at most ${LARGEST} are read`,
      ]);
    }
    const source = files.openFirst(name, path);
    if (source === undefined) continue;
    warnAboutNewer({ name, path }, files, findings);
    return new CachedConfig(name, readExportedNode(source, name));
  }
  return undefined;
}

/**
 * The places to look at, in this order. Laravel looks before it reads `.env`, where only a variable of the process counts, and once more
 * after that.
 */
function placesOf(environment: Environment): readonly string[] {
  const variable = environment.get(VARIABLE);
  if (variable === undefined || variable.value === "") return [CACHED_CONFIG];
  return variable.origin === processOrigin ? [variable.value] : [CACHED_CONFIG, variable.value];
}

function warnAboutNewer(
  cache: { readonly name: string; readonly path: string },
  files: ConfigFiles,
  findings: Findings,
): void {
  const { disk, directory } = files;
  const cachedAt = disk.modified?.(cache.path);
  if (cachedAt === undefined) return;
  const candidates = [...files.read.filter((name) => name !== cache.name), ...FILES];
  const newer = candidates.filter((name) => (disk.modified?.(join(directory, name)) ?? 0) > cachedAt);
  if (newer.length === 0) return;
  const [are, which] = newer.length === 1 ? ["is", "it"] : ["are", "them"];
  findings.warn(
    `${
      newer.join(", ")
    } ${are} newer than ${cache.name}, which counts in place of ${which}, for PHP too; ${CACHE_REMEDY}`,
  );
}
