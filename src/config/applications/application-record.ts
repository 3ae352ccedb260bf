import * as v from "valibot";
import type { ApplicationConfig } from "../config.ts";
import { describeValue } from "../kinds/value-kind.ts";
import { applicationSettings } from "../settings/application-settings.ts";
import { type AnySetting, isSetting, type SettingGroup, type SettingValues } from "../settings/setting.ts";

/** What a source says of an application cannot be used. The message names each fault, never a secret. */
export class RecordError extends Error {
  override readonly name = "RecordError";
}

/** An application as a source has it: values by names. */
export type ApplicationRecord = Readonly<Record<string, unknown>>;

/** Other names of the id, which an application of the config file has as `app_id`. */
const ID_NAMES = ["app_id", "id"] as const;

/**
 * Reads an application as a table or an answer has it, by the keys of the settings: `rate_limiting.enabled` may be a part of
 * `rate_limiting`, or `rate_limiting_enabled`. Lists and tables may be JSON texts. What is missing, null or empty is as in `defaults`;
 * names that are unknown are left alone, since a table has columns of its own. Throws a {@link RecordError}.
 */
export function readApplicationRecord(
  record: ApplicationRecord,
  defaults: ApplicationConfig,
): ApplicationConfig {
  const faults: string[] = [];
  const id = ID_NAMES.map((name) => record[name]).find((value) => !isEmpty(value));
  const named = { ...nested(record["settings"]), ...withoutEmpty(record), app_id: id };
  const before = { ...defaults, webhookEvents: applicationSettings.webhookEvents.default };
  // The types of the rows tie each name to its kind.
  const read: unknown = readGroup(applicationSettings, named, before, faults);
  const { webhookEvents, webhooks, ...settings } = read as SettingValues<typeof applicationSettings>;
  for (const name of ["id", "key", "secret"] as const) {
    if (settings[name] === "") faults.push(`${name === "id" ? "app_id" : name}: missing`);
  }
  if (faults.length > 0) throw new RecordError(faults.join("; "));
  return {
    ...settings,
    webhooks: webhooks === before.webhooks
      ? before.webhooks
      : webhooks.map((target) => ({ ...target, events: target.events ?? webhookEvents })),
  };
}

/** The values of a group; one that is not written at all is the object of the defaults, so that many applications share it. */
function readGroup(
  group: SettingGroup,
  record: ApplicationRecord,
  defaults: Readonly<Record<string, unknown>>,
  faults: string[],
): Readonly<Record<string, unknown>> {
  let changed: Record<string, unknown> | undefined;
  for (const [name, entry] of Object.entries(group)) {
    const before = defaults[name];
    const value = isSetting(entry)
      ? readValue(entry, record, before, faults)
      : readGroup(entry, record, before as Readonly<Record<string, unknown>>, faults);
    if (value !== before) (changed ??= { ...defaults })[name] = value;
  }
  return changed ?? defaults;
}

function readValue(
  { key, kind }: AnySetting,
  record: ApplicationRecord,
  fallback: unknown,
  faults: string[],
): unknown {
  const written = valueAt(record, key);
  if (isEmpty(written)) return fallback;
  const result = v.safeParse(kind.schema, written);
  if (result.success) return result.output;
  const detail = kind.isDetailed === true
    ? result.issues.map(({ message }) => message).join(", ")
    : `expected ${kind.expects}, got ${describeValue(written, kind.secret)}`;
  faults.push(`${key}: ${detail}`);
  return fallback;
}

/** The value of a key: below its table, or in a column that joins the names. */
function valueAt(record: ApplicationRecord, key: string): unknown {
  const at = key.indexOf(".");
  if (at === -1) return plain(record[key]);
  const joined = record[key.replace(".", "_")];
  return plain(isEmpty(joined) ? nested(record[key.slice(0, at)])[key.slice(at + 1)] : joined);
}

/** A table, which may be written as JSON text. */
function nested(value: unknown): ApplicationRecord {
  const read = plain(value);
  return typeof read === "object" && read !== null && !Array.isArray(read) ? read as ApplicationRecord : {};
}

/** Bytes as text, and a JSON text of a list or table as what it stands for. */
function plain(value: unknown): unknown {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString() : value;
  if (typeof text === "bigint") return Number(text);
  if (typeof text !== "string" || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // It is no JSON, so the setting's own check says what it expects.
    return text;
  }
}

function withoutEmpty(record: ApplicationRecord): ApplicationRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => !isEmpty(value)));
}

/** As in a config file: null and the empty text count as not written. */
function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}
