import type { RedisConfig } from "./config.ts";
import type { Findings } from "./findings.ts";
import { findWritten, readSettings, type SettingReading } from "./read-settings.ts";
import { redisSettings } from "./settings.ts";

/** Reads the Redis connection and merges its URL into it: what the URL says wins, as in Laravel's ConfigurationUrlParser. */
export function readRedisConfig(reading: SettingReading): RedisConfig {
  const { scheme, ...written } = readSettings(redisSettings, reading);
  // Laravel writes TLS in three ways: a scheme, a URL, and `tls://` before the host name.
  const tlsHost = /^(?:tls|rediss):\/\//.test(written.host);
  const connection: RedisConfig = {
    ...written,
    host: written.host.replace(/^[a-z]+:\/\//, ""),
    tls: tlsHost || isTls(scheme),
  };
  if (written.url === undefined) return connection;
  const place = findWritten(reading.sources, redisSettings.url)?.place ?? redisSettings.url.key;
  return { ...connection, ...partsOfUrl(written.url, place, reading.findings) };
}

function isTls(scheme: string): boolean {
  return scheme === "tls" || scheme === "rediss";
}

/** The parts that a Redis URL names; an unreadable one is an error that does not show it, since it may hold the password. */
function partsOfUrl(url: string, place: string, findings: Findings): Partial<RedisConfig> {
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
    ...(parsed.port !== "" && { port: Number(parsed.port) }),
    ...(username !== "" && { username }),
    ...(password !== "" && { password }),
    ...(database !== "" && { database: Number(database) }),
    tls: isTls(scheme),
  };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // Thrown for a stray "%" only; the caller reports the whole URL.
    return undefined;
  }
}
