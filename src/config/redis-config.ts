import { resolve } from "node:path";
import { type ConfigNode, nodeAt } from "./sources/config-node.ts";
import type { RedisConfig } from "./config.ts";
import type { Findings } from "./findings.ts";
import { NodeSource } from "./sources/node-source.ts";
import { findWritten, readSettings, type SettingReading } from "./settings/read-settings.ts";
import { redisSettings } from "./settings/redis-settings.ts";
import type { AnySetting } from "./settings/setting.ts";
import type { SettingSource } from "./sources/setting-source.ts";

/** What a Redis connection is read from. */
export interface RedisReading extends SettingReading {
  /** The folder that relative paths of certificates begin in; the process's own unless given. */
  readonly directory?: string;
}

/** Where the TLS options of Laravel's two Redis clients are, as paths below a connection: Predis first, then PhpRedis. */
const TLS_TABLES = ["ssl", "context", "context.stream", "context.ssl"] as const;

/** The sources for a connection of a config file: `scaling.server`, or an entry of `database.redis`. */
export function redisNodeSources(connection: ConfigNode | undefined): readonly SettingSource[] {
  return [
    new NodeSource(connection, "scaling.server"),
    ...TLS_TABLES.map((table) => new NodeSource(nodeAt(connection, table), "scaling.server.ssl")),
  ];
}

/**
 * Reads the Redis connection and merges its URL into it: the URL's parts win, as in Laravel's ConfigurationUrlParser. Parts that
 * exclude each other are errors.
 */
export function readRedisConfig(reading: RedisReading): RedisConfig {
  const { scheme, tlsOptions, ...written } = readSettings(redisSettings, reading);
  const file = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(reading.directory ?? "", path);
  const socket = socketPath(written.host);
  const connection: RedisConfig = {
    ...written,
    // Laravel takes TLS from a scheme, from the URL, and from `tls://` before the host name.
    host: socket ?? written.host.replace(/^[a-z]+:\/\//, ""),
    socket,
    tls: /^(?:tls|rediss):\/\//.test(written.host) || scheme === "tls" || scheme === "rediss",
    tlsOptions: {
      ...tlsOptions,
      caFile: file(tlsOptions.caFile),
      certificateFile: file(tlsOptions.certificateFile),
      keyFile: file(tlsOptions.keyFile),
    },
  };
  const merged = written.url === undefined ? connection : {
    ...connection,
    ...partsOfUrl(written.url, placeOf(redisSettings.url, reading), reading.findings),
  };
  checkParts(merged, reading);
  return merged;
}

/** The path in `/run/redis.sock`, `unix:/run/redis.sock` and `unix:///run/redis.sock`. */
function socketPath(host: string): string | undefined {
  return /^(?:unix:)?(?:\/\/)?(\/[^/].*)$/.exec(host)?.[1];
}

/** The parts that a Redis URL names. A URL that cannot be read is an error, which does not show it: it may hold the password. */
function partsOfUrl(url: string, place: string, findings: Findings): Partial<RedisConfig> {
  const socket = url.startsWith("unix:") ? socketPath(url) : undefined;
  if (socket !== undefined && !/[?#]/.test(socket)) return { host: socket, socket, tls: false };
  const problem =
    `${place}: expected a URL such as redis://user:password@127.0.0.1:6379/0, got a text of ${url.length} characters`;
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol.slice(0, -1) ?? "";
  if (parsed === null || !["redis", "rediss", "tcp", "tls"].includes(scheme) || parsed.hostname === "") {
    findings.error(problem);
    return {};
  }
  const database = parsed.pathname.replace(/^\//, "");
  const username = decode(parsed.username);
  const password = decode(parsed.password);
  if (username === undefined || password === undefined || !/^\d{0,7}$/.test(database)) {
    findings.error(problem);
    return {};
  }
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
    socket: undefined,
    ...(parsed.port !== "" && { port: Number(parsed.port) }),
    ...(username !== "" && { username }),
    ...(password !== "" && { password }),
    ...(database !== "" && { database: Number(database) }),
    tls: scheme === "tls" || scheme === "rediss",
  };
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

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // Only a stray "%" throws; the caller reports the whole URL.
    return undefined;
  }
}
