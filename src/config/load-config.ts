import { randomInt } from "node:crypto";
import { readProvider } from "./applications/provider-config.ts";
import { readApplications } from "./applications/read-applications.ts";
import { ConfigError } from "./config-error.ts";
import { checkVariables } from "./settings/check-variables.ts";
import { ConfigFiles } from "./sources/config-files.ts";
import type { Config, ServerConfig } from "./config.ts";
import type { RandomInteger } from "./applications/development-application.ts";
import type { Environment } from "./sources/environment.ts";
import { Findings, type SettledValue } from "./findings.ts";
import type { ForeignServer } from "./from/foreign-reading.ts";
import { readPulseConfig } from "./laravel/pulse-config.ts";
import { readEnvironment } from "./sources/read-environment.ts";
import { readReverb } from "./read-reverb.ts";
import type { ReverbFile } from "./sources/reverb-file.ts";
import { type CachedConfig, openCachedConfig } from "./laravel/cached-config.ts";
import { readRestartSignal } from "./laravel/restart-signal.ts";
import { readServerConfig } from "./server-config.ts";
import type { ServerFlags } from "./sources/flag-source.ts";
import { diskFiles, type TextFiles } from "./sources/text-files.ts";
import { warnAboutUnasked } from "./settings/unasked-variables.ts";

/** What a configuration is read from. */
export interface LoadConfigOptions {
  /** The Laravel application's folder, or any folder. */
  readonly directory: string;
  /** A `.toml` or `.php` file to read in place of the folder's own (`--config`). */
  readonly configFile?: string | undefined;
  /** The server whose configuration is read where there is none of our own (`--from`). */
  readonly from?: ForeignServer | undefined;
  readonly flags?: ServerFlags | undefined;
  /** The environment that the process was started with. */
  readonly processEnvironment: Readonly<Record<string, string | undefined>>;
  /** For the made-up development application; cryptographic by default. */
  readonly random?: RandomInteger | undefined;
  /** The disk by default. */
  readonly files?: TextFiles | undefined;
  /** Whether `settled` has the settings of applications, which take more memory than all else where there are thousands; true by default. */
  readonly settlesApplications?: boolean | undefined;
}

/** A configuration together with what it was read from. */
export interface ConfigReading {
  readonly config: Config;
  readonly settled: readonly SettledValue[];
  readonly environment: Environment;
  /** `undefined` without a config file. */
  readonly file: ReverbFile | undefined;
  /** Laravel's cached configuration; `undefined` where there is none. */
  readonly cached: CachedConfig | undefined;
  /** Whether the folder is a Laravel application: it has an `artisan`, a `config/reverb.php`, or the cache of its configuration. */
  readonly isLaravel: boolean;
}

/**
 * Reads flags, files and environment into one frozen `Config` with every default filled in. Throws a `ConfigError` that lists
 * everything that is wrong; a file that cannot be read or parsed at all is reported alone.
 */
export function loadConfig(options: LoadConfigOptions): Config {
  return readConfig({ ...options, settlesApplications: false }).config;
}

/** `loadConfig`, with the place of each value. */
export function readConfig(options: LoadConfigOptions): ConfigReading {
  const findings = new Findings(options.settlesApplications);
  const { server, provider, applications, files, environment, file, cached } = readParts(options, findings);
  findings.throwIfErrors();
  const disk = options.files ?? diskFiles;
  const restartSignal = readRestartSignal(options.directory, disk, environment, cached);
  const pulse = readPulseConfig(options.directory, disk, environment, server.pulseEnabled, cached);
  const config = deepFreeze({
    server,
    provider,
    ...applications,
    files: files.read,
    cachedConfig: cached?.file,
    from: file?.from,
    warnings: findings.warnings,
    restartSignal,
    pulse,
  });
  const isLaravel = cached !== undefined || files.has("artisan") || files.has("config/reverb.php");
  return { config, settled: findings.settled, environment, file, cached, isLaravel };
}

/** A file that cannot be read ends the reading; what was found before it is reported with it. */
function readParts(options: LoadConfigOptions, findings: Findings): Parts {
  try {
    const files = new ConfigFiles(options.directory, options.files ?? diskFiles);
    const environment = readEnvironment(files, options.processEnvironment);
    const cached = openCachedConfig(files, environment, findings);
    const file = readReverb({
      ...{ files, cached, named: options.configFile, from: options.from, environment, findings },
    });
    const asked = environment.asked();
    const server = readServerConfig({
      flags: options.flags ?? {},
      file,
      environment,
      files,
      cached,
      findings,
    });
    const random = options.random ?? randomInt;
    const disk = options.files ?? diskFiles, { directory } = options;
    const provider = readProvider({ file, environment, directory, disk, cached, findings });
    const applications = provider.kind === "config"
      ? readApplications({ file, cached, environment, random, findings })
      : { applications: [], development: false };
    checkVariables(environment, findings, cached !== undefined);
    if (file !== undefined && file.from === undefined) {
      warnAboutUnasked({ file, environment, asked, findings });
    }
    return { server, provider, applications, files, environment, file, cached };
  } catch (error) {
    throw error instanceof ConfigError ? findings.with(error) : error;
  }
}

interface Parts extends Pick<ConfigReading, "environment" | "file" | "cached"> {
  readonly server: ServerConfig;
  readonly provider: Config["provider"];
  readonly applications: ReturnType<typeof readApplications>;
  readonly files: ConfigFiles;
}

/** Freezes a value of plain objects and arrays and everything in it, so that no part of the server can change the configuration. */
function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
