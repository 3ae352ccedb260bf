import type { ServerConfig } from "../config.ts";
import type { AnySetting } from "./setting.ts";
import { serverSettings } from "./server-settings.ts";

/** What is asked for again each time it is needed, and so follows a new configuration at once. */
const FOLLOWED: ReadonlySet<string> = new Set<keyof ServerConfig>([
  "maxRequestSize",
  "strictApiAuthentication",
  "drainSeconds",
  "trustedProxies",
  "logLevel",
  "webhooks",
  // Certificates are read again by themselves (cli/certificates.ts); the host name is only for finding one.
  "tls",
  "hostname",
]);

/** The names of the settings that two configurations differ in and that a running server cannot change: `port (REVERB_SERVER_PORT)`. */
export function fixedChanges(before: ServerConfig, after: ServerConfig): string[] {
  const fields = Object.keys(after) as (keyof ServerConfig)[];
  // Plain data from one reader, in one order. Values stay here: some are secrets.
  return fields.filter((field) =>
    !FOLLOWED.has(field) && JSON.stringify(before[field]) !== JSON.stringify(after[field])
  ).map(nameOf);
}

function nameOf(field: keyof ServerConfig): string {
  const settings: Readonly<Record<string, AnySetting>> = serverSettings;
  const setting = settings[field];
  if (setting === undefined) return field;
  return setting.env === undefined ? setting.key : `${setting.key} (${setting.env})`;
}
