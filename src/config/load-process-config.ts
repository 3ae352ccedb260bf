import type { Config } from "./config.ts";
import { loadConfig, type LoadConfigOptions } from "./load-config.ts";

/** `loadConfig` with the environment of this process. Nothing outside config/ reads `process.env`. */
export function loadProcessConfig(options: Omit<LoadConfigOptions, "processEnvironment">): Config {
  return loadConfig({ ...options, processEnvironment: process.env });
}
