import type { ConfigFiles } from "./config-files.ts";
import { parseEnvFile } from "./env-file.ts";
import { Environment } from "./environment.ts";

/**
 * The environment of a folder as Laravel boots with it: `.env`, or `.env.{APP_ENV}` instead when the process was started with that
 * `APP_ENV` and the file exists. Throws a `ConfigError` when the file is one that phpdotenv refuses.
 */
export function readEnvironment(
  files: ConfigFiles,
  processEnvironment: Readonly<Record<string, string | undefined>>,
): Environment {
  for (const name of environmentFileNames(processEnvironment["APP_ENV"])) {
    const content = files.open(name);
    if (content !== undefined) return new Environment(processEnvironment, parseEnvFile(content, name), name);
  }
  return new Environment(processEnvironment);
}

/** The files that Laravel looks for when it was started with this `APP_ENV`; the first that exists is the one. */
export function environmentFileNames(stage: string | undefined): string[] {
  // A name with a slash would leave the folder.
  return stage === undefined || !/^[\w.-]+$/.test(stage) ? [".env"] : [`.env.${stage}`, ".env"];
}
