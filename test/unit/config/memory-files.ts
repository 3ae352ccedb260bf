import { dirname, relative } from "node:path";
import { ConfigError } from "../../../src/config/config-error.ts";
import type { Config } from "../../../src/config/config.ts";
import { loadConfig, type LoadConfigOptions } from "../../../src/config/load-config.ts";
import type { TextFiles } from "../../../src/config/sources/text-files.ts";

/** The folder that tests load from; it is never on the disk. */
export const folder = "/site";

/** Files that exist only in the test, named relative to `folder`. */
export function memoryFiles(contents: Readonly<Record<string, string>>): TextFiles {
  const isFolder = (path: string): boolean =>
    path === folder ||
    Object.keys(contents).some((name) => `${folder}/${dirname(name)}/`.startsWith(`${path}/`));
  return {
    read: (path) => contents[relative(folder, path)],
    isFolder,
    look: (path) => {
      const size = contents[relative(folder, path)]?.length;
      if (size === undefined && !isFolder(path)) return undefined;
      return {
        kind: size === undefined ? "folder" : "file",
        size: size ?? 0,
        realPath: path,
        readable: true,
      };
    },
    readBytes: (path) => new TextEncoder().encode(contents[relative(folder, path)]),
  };
}

/** What a test sets; everything else is empty. */
export interface LoadCase extends Partial<LoadConfigOptions> {
  readonly env?: Readonly<Record<string, string>>;
  readonly contents?: Readonly<Record<string, string>>;
}

/** Loads a configuration from memory. */
export function load({ env = {}, contents = {}, ...options }: LoadCase): Config {
  return loadConfig({
    directory: folder,
    processEnvironment: env,
    files: memoryFiles(contents),
    random: () => 0,
    ...options,
  });
}

/** The messages that loading ends with. */
export function refusal(options: LoadCase): readonly string[] {
  return refusalOf(() => load(options));
}

/** The messages of the `ConfigError` that a function must throw. */
export function refusalOf(run: () => unknown): readonly string[] {
  return errorOf(run).messages;
}

/** The `ConfigError` that a function must throw. */
export function errorOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("expected a ConfigError");
}

/** Credentials of one application, as variables. */
export const credentials = { REVERB_APP_ID: "1", REVERB_APP_KEY: "k", REVERB_APP_SECRET: "s" };
