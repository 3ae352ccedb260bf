import { randomInt } from "node:crypto";
import { environmentApplication, readApplications } from "./applications.ts";
import { ConfigFiles } from "./config-files.ts";
import type { Config } from "./config.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { RandomInteger } from "./development-application.ts";
import { Findings } from "./findings.ts";
import { readEnvironment } from "./read-environment.ts";
import { readRedisConfig } from "./redis-config.ts";
import { readServerConfig } from "./server-config.ts";
import { EnvironmentSource, FlagSource, type ServerFlags } from "./setting-source.ts";
import { diskFiles, type TextFiles } from "./text-files.ts";

/** What a configuration is made of. */
export interface LoadConfigOptions {
  /** The Laravel application's folder, or any folder. */
  readonly directory: string;
  /** A `.toml` or `.php` file to read instead of the one in the folder (`--config`). */
  readonly configFile?: string | undefined;
  readonly flags?: ServerFlags;
  /** What the process was started with. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** For the made-up development application; cryptographic by default. */
  readonly random?: RandomInteger;
  /** The disk by default. */
  readonly files?: TextFiles;
}

/**
 * Reads flags, files and environment into one frozen `Config` with every default filled in. Throws a `ConfigError` that lists
 * everything that is wrong.
 */
export function loadConfig(options: LoadConfigOptions): Config {
  const files = new ConfigFiles(options.directory, options.files ?? diskFiles);
  const environment = readEnvironment(files, options.processEnvironment);
  const findings = new Findings();
  const sources = [new FlagSource(options.flags ?? {}), new EnvironmentSource(environment)];
  const redis = readRedisConfig({ sources, findings });
  const server = readServerConfig({ sources, findings }, redis, {});
  const applications = readApplications(
    [environmentApplication(environment)],
    environment,
    options.random ?? randomInt,
    findings,
  );
  findings.throwIfErrors();
  return deepFreeze({ server, ...applications, files: files.read, warnings: findings.warnings });
}
