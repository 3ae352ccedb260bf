import type { RedisConfig, ServerConfig } from "./config.ts";
import { readSettings, type SettingReading } from "./read-settings.ts";
import { serverSettings } from "./settings.ts";

/** Reads the settings of the server; Redis and TLS come in because they are written in places of their own. */
export function readServerConfig(
  reading: SettingReading,
  redis: RedisConfig,
  tls: Readonly<Record<string, unknown>>,
): ServerConfig {
  const { scalingEnabled, scalingChannel, ...settings } = readSettings(serverSettings, reading);
  return { ...settings, tls, scaling: { enabled: scalingEnabled, channel: scalingChannel, server: redis } };
}
