import type { ServerConfig } from "../config.ts";
import { serverSettings, tlsTable } from "./server-settings.ts";
import { type AnySetting, isSetting, type SettingGroup } from "./setting.ts";

const ENTRIES: Readonly<Record<string, AnySetting | SettingGroup>> = serverSettings;

/** The names of the settings that two configurations differ in and that a running server cannot change: `port (REVERB_SERVER_PORT)`. */
export function fixedChanges(before: ServerConfig, after: ServerConfig): string[] {
  const fields = Object.keys(after) as (keyof ServerConfig)[];
  // Both are plain data of one reader, so that their texts are comparable. Only names leave this function: some values are secret.
  return fields.filter((field) =>
    JSON.stringify(fixedPart(field, before)) !== JSON.stringify(fixedPart(field, after))
  ).map(nameOf);
}

/** The same as sentences for the operator. */
export function fixedChangeLines(before: ServerConfig, after: ServerConfig): string[] {
  return fixedChanges(before, after).map((name) => `${name} stays as it was until a restart`);
}

/** The value of a field without what a reload changes. */
function fixedPart(field: keyof ServerConfig, server: ServerConfig): unknown {
  if ((field === "tls" || field === "tlsPlaces") && tlsTable.live) return undefined;
  const entry = ENTRIES[field], value: unknown = server[field];
  if (entry === undefined) return value;
  if (isSetting(entry)) return entry.live === true ? undefined : value;
  const values = Object.entries(value as Readonly<Record<string, unknown>>);
  return values.filter(([name]) => entry[name]?.["live"] !== true);
}

function nameOf(field: keyof ServerConfig): string {
  const entry = ENTRIES[field];
  if (entry === undefined || !isSetting(entry)) return field;
  return entry.env === undefined ? entry.key : `${entry.key} (${entry.env})`;
}
