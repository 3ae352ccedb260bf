import type { Config } from "./config.ts";
import { type ConfigReading, loadConfig, type LoadConfigOptions, readConfig } from "./load-config.ts";
import { environmentFileNames } from "./read-environment.ts";

/** `loadConfig` with the environment of this process. Nothing outside config/ reads `process.env`. */
export function loadProcessConfig(options: Omit<LoadConfigOptions, "processEnvironment">): Config {
  return loadConfig({ ...options, processEnvironment: process.env });
}

/** `readConfig` with the environment of this process. */
export function readProcessConfig(options: Omit<LoadConfigOptions, "processEnvironment">): ConfigReading {
  return readConfig({ ...options, processEnvironment: process.env });
}

/** `environmentFileNames` for this process: what Laravel would look for if it were started as we were. */
export function processEnvironmentFileNames(): string[] {
  return environmentFileNames(process.env["APP_ENV"]);
}
