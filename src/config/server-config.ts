import { checkPorts } from "./check-ports.ts";
import { checkKeys, serverKeys } from "./settings/check-keys.ts";
import type { ConfigFiles } from "./sources/config-files.ts";
import { isEmptyNode, nodeAt } from "./sources/config-node.ts";
import type { RedisConfig, ServerConfig } from "./config.ts";
import type { Environment } from "./sources/environment.ts";
import { Findings } from "./findings.ts";
import type { CachedParts } from "./laravel/laravel-file.ts";
import { laravelRedis, type WrittenRedis } from "./laravel/laravel-redis.ts";
import { NodeSource } from "./sources/node-source.ts";
import { findWritten, readSettings } from "./settings/read-settings.ts";
import { readRedisConfig } from "./redis-config.ts";
import { isKeyPrefix } from "./kinds/redis-kind.ts";
import type { ReverbFile } from "./sources/reverb-file.ts";
import { FlagSource, type ServerFlags } from "./sources/flag-source.ts";
import { EnvironmentSource, type SettingSource } from "./sources/setting-source.ts";
import { serverSettings } from "./settings/server-settings.ts";
import type { AnySetting } from "./settings/setting.ts";
import { readTlsTable } from "./tls-table.ts";

/** What the settings of the server are read from. */
export interface ServerReading {
  readonly flags: ServerFlags;
  /** `undefined` without a config file: then all settings come from the environment. */
  readonly file: ReverbFile | undefined;
  readonly environment: Environment;
  readonly files: ConfigFiles;
  readonly cached: CachedParts | undefined;
  readonly findings: Findings;
}

/** Reads the settings of the server. Of flag, config file and environment (see `environmentBeside`) the first that has a value wins. */
export function readServerConfig(reading: ServerReading): ServerConfig {
  const { flags, file, environment, findings } = reading;
  checkKeys(file?.server, serverKeys, findings);
  const sources = [
    new FlagSource(flags),
    new NodeSource(file?.server),
    environmentBeside(environment, file?.serverFromEnvironment ?? true),
  ];
  const settings = readSettings(serverSettings, {
    part: "server",
    sources,
    findings,
    php: file?.format === "php",
  });
  checkPorts(settings, findings);
  const placeOf = (setting: AnySetting): string => findWritten(sources, setting)?.place ?? setting.key;
  const { channel, prefix } = settings.scaling,
    usesRedis = settings.scaling.enabled || settings.stream.enabled;
  if (usesRedis && prefix === undefined && !isKeyPrefix(channel)) {
    findings.error(
      `${
        placeOf(serverSettings.scaling.channel)
      }: expected a name without spaces, braces and wildcards, since our keys in Redis begin with it; ` +
        "set scaling.prefix (REVERB_SCALING_PREFIX) to keep it",
    );
  }
  const redis = redisConfig(reading, usesRedis);
  if (settings.scaling.mixed && !settings.scaling.enabled) {
    findings.error(
      `${
        placeOf(serverSettings.scaling.mixed)
      }: expected scaling.enabled (REVERB_SCALING_ENABLED) beside it, since the PHP nodes are ` +
        "reached through Redis",
    );
  }
  if (settings.scaling.mixed && redis.cluster.length > 0) {
    findings.error(
      `${
        placeOf(serverSettings.scaling.mixed)
      }: expected one Redis, got a Redis Cluster, in which Reverb has no nodes`,
    );
  }
  return {
    ...settings,
    ...readTlsTable(file?.server, findings),
    scaling: {
      ...settings.scaling,
      prefix: prefix ?? `resound:${channel}:`,
      server: redis,
    },
  };
}

/**
 * The environment beside a config file. Laravel's file asks for its variables through `env()`, so that only variables of our own
 * settings count beside it (`all` is false). A TOML file cannot ask: what it leaves out may come from the environment, as secrets of a
 * container do.
 */
function environmentBeside(environment: Environment, all: boolean): SettingSource {
  return new EnvironmentSource(environment, ({ ours }) => all || ours === true);
}

function redisConfig(reading: ServerReading, isUsed: boolean): RedisConfig {
  const { file, environment, files, cached, findings } = reading;
  // Without a file of its own the server is part of a Laravel application that has a cached configuration.
  const isPhp = file === undefined ? cached !== undefined : file.format === "php";
  // Without scaling and streams the Redis is not used, and a mistake in its settings is no error.
  const found = isUsed ? findings : new Findings();
  return readRedisConfig({
    part: "redis",
    ...writtenRedis(),
    findings: found,
    directory: files.directory,
    php: isPhp,
  });

  function writtenRedis(): WrittenRedis {
    const connection = nodeAt(file?.server, "scaling.server");
    const beside = environmentBeside(environment, !isPhp);
    if (!isPhp || !isEmptyNode(connection)) return { connection, sources: [beside] };
    if (!isUsed) return { connection: undefined, sources: [new EnvironmentSource(environment)] };
    const written = laravelRedis({ files, environment, findings: found, cached });
    return { ...written, sources: [...written.sources, beside] };
  }
}
