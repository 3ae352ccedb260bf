import { CACHE_REMEDY } from "../config/laravel/cached-config.ts";
import { ConfigError } from "../config/config-error.ts";
import { pusherHint, soketiHint } from "../config/from/foreign-hint.ts";
import type { ConfigReading } from "../config/load-config.ts";
import { type ConfigSource, readProcessConfig } from "../config/load-process-config.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { LocalTls } from "../tls/local-tls.ts";
import { readCertificates } from "./certificates.ts";
import { type PlannedWorkers, plannedWorkers } from "./workers/planned-workers.ts";

/** What a start would run with: all that can be checked before anything listens. */
export interface CheckedStart {
  readonly reading: ConfigReading;
  readonly tls: LocalTls;
  /** Sentences for the operator, about values that are accepted and probably wrong. */
  readonly warnings: readonly string[];
  /** With a `refusal` the start ends. */
  readonly workers: PlannedWorkers;
}

/** How a start is checked. */
export interface StartToCheck {
  readonly source: ConfigSource;
  readonly runtime: Runtime;
  /** Whether an application may be made up in a Laravel application as well (`--dev`). */
  readonly dev: boolean;
}

/** Reads and checks all that a start needs. Throws a `ConfigError` when it cannot be used. */
export function checkStart({ source, runtime, dev }: StartToCheck): CheckedStart {
  const reading = readProcessConfig(source), { config } = reading;
  const remedy = dev ? undefined : unfinishedRemedy(reading);
  if (remedy !== undefined) {
    throw new ConfigError([`No application is configured. ${remedy}`], { warnings: config.warnings });
  }
  if (config.provider.kind === "database" && runtime.openSqlDatabase === undefined) {
    throw new ConfigError([noDatabase(runtime.name)], { warnings: config.warnings });
  }
  const tls = certificatesOf(reading, source, runtime), { compression } = config.server;
  const isUseless = compression !== "off" && !runtime.compresses;
  return {
    reading,
    tls,
    warnings: [
      ...config.warnings,
      ...tls.warnings,
      ...isUseless ? [nothingCompressed(compression, runtime.name)] : [],
    ],
    workers: plannedWorkers(config, { platform: process.platform, runtime }),
  };
}

/**
 * The way out where a made-up application would hide a mistake, else `undefined`: in a Laravel application without credentials, whose `.env`
 * is missing, and beside soketi's variables, which configure an application of their own.
 */
export function unfinishedRemedy(
  { isLaravel, cached, config, environment }: Pick<
    ConfigReading,
    "isLaravel" | "cached" | "config" | "environment"
  >,
): string | undefined {
  if (!config.development) return undefined;
  const soketi = soketiHint(environment);
  if (soketi !== undefined) return `${soketi}. \`resound start --dev\` makes one up for a try`;
  if (!isLaravel) return undefined;
  const pusher = pusherHint(environment);
  const set =
    "Set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment (`resound install` writes " +
    "them into .env)";
  const cache = cached === undefined ? "" : `, and ${CACHE_REMEDY}: ${cached.file} counts, and has none`;
  const other = pusher === undefined ? "" : `. ${pusher}`;
  return `${set}${cache}, or let \`resound start --dev\` make one up for a try${other}`;
}

/** The warnings about the configuration may explain what is wrong with the certificates. */
function certificatesOf({ config }: ConfigReading, { directory }: ConfigSource, runtime: Runtime): LocalTls {
  try {
    return readCertificates(config, directory, runtime);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const warnings = [...config.warnings, ...error.warnings];
    throw new ConfigError(error.messages, { cause: error, warnings });
  }
}

function nothingCompressed(mode: string, runtime: string): string {
  return `compression (REVERB_COMPRESSION) is ${mode}, but ${runtime} cannot compress WebSocket messages: they are sent as ` +
    "they are. Use the executable, or run this on Bun";
}

function noDatabase(runtime: string): string {
  return `apps.provider is database, but ${runtime} has no clients for databases. Set apps.provider to http and let the Laravel ` +
    "application answer, or use the executable, or run this on Bun";
}
