import type { Config } from "./config.ts";
import { type ConfigReading, loadConfig, type LoadConfigOptions, readConfig } from "./load-config.ts";
import { realpathSync } from "node:fs";
import { monitoringSettings } from "./settings/monitoring-settings.ts";
import { environmentFileNames } from "./sources/read-environment.ts";

/** Where a configuration is read; the environment is this process's own. */
export type ConfigSource = Omit<LoadConfigOptions, "processEnvironment">;

/** `loadConfig` with the environment of this process. Nothing outside config/ reads `process.env`. */
export function loadProcessConfig(options: ConfigSource): Config {
  return loadConfig({ ...options, processEnvironment: process.env });
}

/** `readConfig` with the environment of this process. */
export function readProcessConfig(options: ConfigSource): ConfigReading {
  return readConfig({ ...options, processEnvironment: process.env });
}

/** `environmentFileNames` for this process: the files that Laravel would look for in the same environment. */
export function processEnvironmentFileNames(): string[] {
  return environmentFileNames(process.env["APP_ENV"]);
}

/** The format of log lines by this process's environment alone, for lines that are written before any file is read. */
export function processLogFormat(): Config["server"]["logFormat"] {
  return process.env[monitoringSettings.logFormat.env ?? ""] === "json" ? "json" : "text";
}

/**
 * The working folder of this process by the name that it was started under, which may be a link (`current`); its real name where that is
 * not known.
 */
export function processFolder(): string {
  const real = process.cwd(), named = process.env["PWD"];
  if (named === undefined || !named.startsWith("/")) return real;
  try {
    return realpathSync(named) === realpathSync(real) ? named : real;
  } catch {
    // The variable names a folder of another time.
    return real;
  }
}

/** The folders in which this process's programs are looked for, as one text. */
export function processPath(): string {
  return process.env["PATH"] ?? "";
}
