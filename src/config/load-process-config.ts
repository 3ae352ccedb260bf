import type { Config } from "./config.ts";
import { type ConfigReading, loadConfig, type LoadConfigOptions, readConfig } from "./load-config.ts";
import { environmentFileNames } from "./sources/read-environment.ts";

/** Where a configuration is read, but for the environment, which is this process's own. */
export type ConfigSource = Omit<LoadConfigOptions, "processEnvironment">;

/** `loadConfig` with the environment of this process. Nothing outside config/ reads `process.env`. */
export function loadProcessConfig(options: ConfigSource): Config {
  return loadConfig({ ...options, processEnvironment: process.env });
}

/** `readConfig` with the environment of this process. */
export function readProcessConfig(options: ConfigSource): ConfigReading {
  return readConfig({ ...options, processEnvironment: process.env });
}

/** `environmentFileNames` for this process: what Laravel would look for if it were started as we were. */
export function processEnvironmentFileNames(): string[] {
  return environmentFileNames(process.env["APP_ENV"]);
}

/** How this process's own environment wants lines to look, for those that are said before any file has been read. */
export function processLogFormat(): Config["server"]["logFormat"] {
  return process.env["REVERB_LOG_FORMAT"] === "json" ? "json" : "text";
}
