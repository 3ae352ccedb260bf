import { resolve } from "node:path";
import type { ConfigNode } from "./sources/config-node.ts";
import type { RedisConfig } from "./config.ts";
import { NodeSource } from "./sources/node-source.ts";
import { findWritten, readSettings, type SettingReading } from "./settings/read-settings.ts";
import { redisSettings } from "./settings/redis-settings.ts";
import type { AnySetting } from "./settings/setting.ts";
import type { SettingSource } from "./sources/setting-source.ts";
import { redisUrlNode } from "./redis-url.ts";

/** What a Redis connection is read from. */
export interface RedisReading extends SettingReading {
  /** The connection of a config file: `scaling.server`, or an entry of `database.redis`. It comes before `sources`. */
  readonly connection?: ConfigNode | undefined;
  /** The folder that relative paths of certificates begin in; the process's own unless given. */
  readonly directory?: string;
}

/** The part of the settings' keys that a connection does not repeat. */
const BELOW = "scaling.server";
/** Where the TLS options of Laravel's two Redis clients are, as paths below a connection: Predis first, then PhpRedis. */
const TLS_TABLES = ["ssl", "context", "context.stream", "context.ssl"] as const;

/**
 * Reads the Redis connection and merges its URL into it: the URL's parts win, as in Laravel's ConfigurationUrlParser. Parts that
 * exclude each other are errors, and so is a list of servers, of which Laravel's clients would make Sentinels or a cluster.
 */
export function readRedisConfig(reading: RedisReading): RedisConfig {
  const sources = sourcesOf(reading), merged = { ...reading, sources };
  const { scheme, tlsOptions, ...written } = readSettings(redisSettings, merged);
  const file = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(reading.directory ?? "", path);
  const socket = socketPath(written.host);
  const connection: RedisConfig = {
    ...written,
    // Laravel takes TLS from a scheme, from the URL, and from `tls://` before the host name.
    host: socket ?? bareHost(written.host),
    socket,
    tls: /^(?:tls|rediss):\/\//.test(written.host) || scheme === "tls" || scheme === "rediss",
    tlsOptions: {
      ...tlsOptions,
      caFile: file(tlsOptions.caFile),
      certificateFile: file(tlsOptions.certificateFile),
      keyFile: file(tlsOptions.keyFile),
    },
  };
  checkHost(connection, merged);
  checkParts(connection, merged);
  showInEffect(connection, merged);
  return connection;
}

/** `resound config` shows the address and the encryption in effect, and not what they were made from. */
function showInEffect({ host, tls }: RedisConfig, { findings, sources, part }: RedisReading): void {
  const { settled } = findings, hostPlace = findWritten(sources, redisSettings.host)?.place;
  for (const [index, each] of settled.entries()) {
    if (each.part !== part) continue;
    if (each.key === redisSettings.host.key) settled[index] = { ...each, value: host };
    else if (
      each.key === redisSettings.scheme.key && tls && !["tls", "rediss"].includes(String(each.value))
    ) {
      settled[index] = { ...each, value: "tls", place: hostPlace };
    }
  }
}

/** The URL's parts, then what the connection has besides, then the other sources. */
function sourcesOf({ connection, sources, findings }: RedisReading): readonly SettingSource[] {
  const written = [...nodeSources(withUrl(connection)), ...sources];
  const url = findWritten(written, redisSettings.url);
  if (typeof url?.value !== "string") return written;
  const parts = redisUrlNode(url.value, url.place, findings);
  if (parts === undefined) return written;
  const ahead = nodeSources(parts);
  const isEmptied = (setting: AnySetting): boolean =>
    ahead.some((source) => source.find(setting)?.value === "");
  return [
    ...ahead,
    ...written.map((source): SettingSource => ({
      find: (setting) => isEmptied(setting) ? undefined : source.find(setting),
    })),
  ];
}

function nodeSources(connection: ConfigNode | undefined): readonly SettingSource[] {
  return [
    new NodeSource(connection, BELOW),
    ...TLS_TABLES.map((table) => new NodeSource(connection, `${BELOW}.ssl`, table)),
  ];
}

/** Laravel takes a connection that is a text for its URL. */
function withUrl(connection: ConfigNode | undefined): ConfigNode | undefined {
  if (connection?.kind !== "leaf" || connection.error !== undefined) return connection;
  if (typeof connection.value !== "string") return connection;
  const { place, keyPlace } = connection;
  return { kind: "table", entries: new Map([["url", connection]]), list: false, place, keyPlace };
}

/** What stands for several servers in a connection: numbered entries, Predis's replication, or the names of a package for Sentinels. */
function listIn(connection: ConfigNode | undefined): string | undefined {
  if (connection?.kind !== "table") return undefined;
  const numbered = [...connection.entries.keys()].filter((name) => /^\d+$/.test(name));
  if (numbered.length > 0) return `a list of ${numbered.length}`;
  const options = connection.entries.get("options");
  if (options?.kind === "table" && options.entries.has("replication")) return "options.replication";
  return ["sentinel", "sentinel_host", "sentinel_service"].find((name) => connection.entries.has(name));
}

/** A host without the scheme before it and without the brackets of an IPv6 address. */
function bareHost(host: string): string {
  return host.replace(/^[a-z]+:\/\//, "").replace(/^\[(.*)\]$/, "$1");
}

/** The path in `/run/redis.sock`, `unix:/run/redis.sock` and `unix:///run/redis.sock`. */
function socketPath(host: string): string | undefined {
  return /^(?:unix:)?(?:\/\/)?(\/[^/].*)$/.exec(host)?.[1];
}

/** Reports a list of servers, and warns where no host is written: 127.0.0.1 then is a guess. */
function checkHost(
  { sentinels, cluster }: RedisConfig,
  { connection, sources, findings, php }: RedisReading,
): void {
  if (sentinels.length > 0 || cluster.length > 0) return;
  const list = listIn(connection);
  if (connection !== undefined && list !== undefined) {
    return findings.error(
      `${connection.keyPlace}: expected one server, got ${list}; write Sentinels below scaling in config/reverb.php, ` +
        "as in 'server' => ['sentinels' => ['10.0.0.1:26379', …], 'service' => 'mymaster', 'password' => …], or set " +
        "REDIS_SENTINELS and REDIS_SENTINEL_SERVICE; nodes of a Redis Cluster are written in the same way, as " +
        "'cluster' or REDIS_CLUSTER_NODES",
    );
  }
  if (findWritten(sources, redisSettings.host) !== undefined) return;
  const emptied = sources.map((source) => source.find(redisSettings.host)).find((each) => each !== undefined);
  // Any other value in the place of a table is a URL, or an error.
  const isTable = connection?.kind === "table" ||
    (connection?.error === undefined && connection?.value === "");
  const place = emptied?.place ?? (php === true && isTable ? `${connection.keyPlace}.host` : undefined);
  if (place !== undefined) {
    findings.warn(`${place}: no host is written, so that Redis is looked for at 127.0.0.1`);
  }
}
/** Reports parts that exclude each other, at the place of the one to take out. */
function checkParts(redis: RedisConfig, reading: RedisReading): void {
  const { findings } = reading;
  const { socket, sentinels, cluster, port, database, tls, tlsOptions } = redis;
  const refuse = (setting: AnySetting, problem: string): void =>
    findings.error(`${placeOf(setting, reading)}: ${problem}`);
  const where = redis.url === undefined ? redisSettings.host : redisSettings.url;
  if (sentinels.length > 0 && cluster.length > 0) {
    refuse(redisSettings.sentinels, "expected either sentinels or a cluster, got both");
  }
  const many = sentinels.length > 0 ? "sentinels" : cluster.length > 0 ? "a cluster" : undefined;
  if (socket !== undefined && many !== undefined) {
    refuse(where, `expected either a Unix socket or ${many}, got both`);
  }
  if (socket !== undefined && tls) {
    refuse(where, "expected either a Unix socket or TLS, got both");
  }
  if (port === 0 && socket === undefined && many === undefined) {
    refuse(
      redisSettings.port,
      "expected a port from 1 to 65535, got 0, which stands beside a Unix socket only",
    );
  }
  if (cluster.length > 0 && database !== 0) {
    refuse(redisSettings.database, `expected 0, got ${database}: a Redis Cluster has one database`);
  }
  if (tlsOptions.keyFile !== undefined && tlsOptions.certificateFile === undefined) {
    refuse(redisSettings.tlsOptions.keyFile, "expected a certificate (local_cert) beside the key");
  }
}

function placeOf(setting: AnySetting, { sources }: RedisReading): string {
  return findWritten(sources, setting)?.place ?? setting.key;
}
