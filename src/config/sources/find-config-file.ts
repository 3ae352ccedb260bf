import { extname, isAbsolute, relative, resolve } from "node:path";
import { ConfigError } from "../config-error.ts";
import type { ConfigFiles } from "./config-files.ts";
import type { Findings } from "../findings.ts";

/** A config file that was found, with its text. */
export interface FoundConfigFile {
  readonly format: "php" | "toml";
  /** As messages name it: relative to the folder where it lies below it. */
  readonly name: string;
  readonly source: string;
}

/** Laravel's file, which counts before ours. */
export const LARAVEL_FILE = "config/reverb.php";
/** Our own file. */
export const TOML_FILE = "resound.toml";

/**
 * The config file to read: the one that `--config` names (relative to the working directory, as the shell completes it), else
 * Laravel's, else `resound.toml`, else none. Throws a `ConfigError` when a named file cannot be read.
 */
export function findConfigFile(
  files: ConfigFiles,
  named: string | undefined,
  findings: Findings,
): FoundConfigFile | undefined {
  if (named !== undefined) return openNamed(files, named);
  const laravel = files.open(LARAVEL_FILE);
  if (laravel !== undefined) {
    if (files.has(TOML_FILE)) {
      findings.warn(
        `${TOML_FILE} is ignored because there is a ${LARAVEL_FILE}; --config ${TOML_FILE} reads it instead`,
      );
    }
    return { format: "php", name: LARAVEL_FILE, source: laravel };
  }
  const toml = files.open(TOML_FILE);
  return toml === undefined ? undefined : { format: "toml", name: TOML_FILE, source: toml };
}

function openNamed(files: ConfigFiles, named: string): FoundConfigFile {
  const format = formatOf(named);
  const path = resolve(named);
  const inside = relative(resolve(files.directory), path);
  const name = inside.startsWith("..") || isAbsolute(inside) ? path : inside;
  const source = files.open(name, path);
  if (source === undefined) throw new ConfigError([`Cannot read ${named}: no such file`]);
  return { format, name, source };
}

function formatOf(named: string): "php" | "toml" {
  const extension = extname(named).toLowerCase();
  if (extension === ".php") return "php";
  if (extension === ".toml") return "toml";
  throw new ConfigError([`--config: expected a .php or .toml file, got ${JSON.stringify(named)}`]);
}
