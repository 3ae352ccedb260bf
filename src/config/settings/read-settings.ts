import * as v from "valibot";
import type { Findings, SettingPart } from "../findings.ts";
import { type AnySetting, isSetting, type SettingGroup, type SettingValues } from "./setting.ts";
import type { SettingSource } from "../sources/setting-source.ts";
import type { WrittenValue } from "../sources/setting-source.ts";
import { describeValue } from "../kinds/value-kind.ts";

/** How a group of settings is read. */
export interface SettingReading {
  /** The part that `resound config` shows them in. */
  readonly part: SettingPart;
  /** The first source that has a value wins, also when the value is wrong. */
  readonly sources: readonly SettingSource[];
  readonly findings: Findings;
  /** True for a `config/reverb.php`, where a missing key has Reverb's own default. */
  readonly php?: boolean;
  /** Makes the error for a required setting that is written nowhere; without it nothing is required. */
  readonly missing?: (setting: AnySetting) => string;
}

/** The first value written for a setting, or the reason why it cannot be evaluated. `null` and the empty text count as not written: `REVERB_APP_MAX_CONNECTIONS=` is a common line. */
export function findWritten(
  sources: readonly SettingSource[],
  setting: AnySetting,
): WrittenValue | undefined {
  for (const source of sources) {
    const written = source.find(setting);
    if (written === undefined) continue;
    const { value, error } = written;
    if (error !== undefined || (value !== null && value !== undefined && value !== "")) return written;
  }
  return undefined;
}

/**
 * Reads and checks a group of settings. Every wrong value becomes an error in `findings` that names the place, what was expected and
 * what is there; its default then stands in so that reading can go on.
 */
export function readSettings<G extends SettingGroup>(
  group: G,
  reading: SettingReading,
): SettingValues<G> {
  const values = Object.entries(group).map(([name, entry]) => [
    name,
    isSetting(entry) ? readSetting(entry, reading) : readSettings(entry, reading),
  ]);
  // The types of the rows tie each name to its kind; Object.fromEntries has no type for that.
  return Object.fromEntries(values) as SettingValues<G>;
}

function readSetting(setting: AnySetting, reading: SettingReading): unknown {
  const { value, place } = settle(setting, reading);
  const { key, kind } = setting;
  const shown = kind.shown === undefined || value === undefined ? value : kind.shown(value);
  const secret = kind.secret && kind.shown === undefined;
  reading.findings.settle({ part: reading.part, key, value: shown, secret, place });
  return value;
}

/** The value that is used, with its place; a default has none. */
function settle(
  setting: AnySetting,
  { sources, findings, php, missing }: SettingReading,
): { readonly value: unknown; readonly place: string | undefined } {
  const fallback = php === true ? setting.defaultInPhp ?? setting.default : setting.default;
  const written = findWritten(sources, setting);
  if (written === undefined) {
    if (setting.required === true && missing !== undefined) findings.error(missing(setting));
    const emptied = setting.whenEmpty === undefined
      ? undefined
      : sources.map((source) => source.find(setting)).find((found) => found?.value === "");
    return emptied === undefined
      ? { value: fallback, place: undefined }
      : { value: setting.whenEmpty, place: emptied.place };
  }
  if (written.error !== undefined) {
    findings.fail(written.error);
    return { value: fallback, place: undefined };
  }
  const { kind } = setting;
  const result = v.safeParse(kind.schema, written.value);
  if (result.success) return { value: result.output, place: written.place };
  if (kind.isDetailed === true) {
    for (const issue of result.issues) {
      // A text, such as that of a variable, has no parts to name.
      const path = typeof written.value === "string" ? null : v.getDotPath(issue);
      findings.error(`${written.place}${path === null ? "" : `.${path}`}: ${issue.message}`);
    }
  } else {
    findings.error(
      `${written.place}: expected ${kind.expects}, got ${describeValue(written.value, kind.secret)}`,
    );
  }
  return { value: fallback, place: undefined };
}
