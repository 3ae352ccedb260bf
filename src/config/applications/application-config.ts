import { type ConfigTable, nodeAt } from "../sources/config-node.ts";
import type { ApplicationConfig } from "../config.ts";
import type { Findings } from "../findings.ts";
import { findWritten, readSettings } from "../settings/read-settings.ts";
import type { AnySetting } from "../settings/setting.ts";
import type { SettingSource } from "../sources/setting-source.ts";
import { applicationSettings } from "../settings/application-settings.ts";

/** A place where an application may be written: an entry of `apps`, or the `REVERB_APP_*` variables. */
export interface ApplicationCandidate {
  readonly sources: readonly SettingSource[];
  /** Makes the error for a required setting that is not written there; without it nothing is required. */
  readonly missing?: (setting: AnySetting) => string;
  /** True for an entry of a `config/reverb.php`. */
  readonly php: boolean;
  /** The entry of the config file, where it is one. */
  readonly entry?: ConfigTable;
}

/** Shared by all applications without webhooks. */
const NO_WEBHOOKS: ApplicationConfig["webhooks"] = [];

const credentials = [applicationSettings.id, applicationSettings.key, applicationSettings.secret];

/**
 * Whether neither id nor key nor secret has a value, as in Laravel's stock file without a `.env`. An entry without any of these keys
 * is not blank: what it describes is no application.
 */
export function isBlank({ sources, entry }: ApplicationCandidate): boolean {
  if (entry !== undefined && credentials.every(({ key }) => nodeAt(entry, key) === undefined)) return false;
  return credentials.every((setting) => findWritten(sources, setting) === undefined);
}

/** Reads and checks one application. */
export function readApplication(candidate: ApplicationCandidate, findings: Findings): ApplicationConfig {
  const { webhookEvents, ...settings } = readSettings(applicationSettings, {
    part: "application",
    ...candidate,
    findings,
  });
  return {
    ...settings,
    webhooks: settings.webhooks.length === 0
      ? NO_WEBHOOKS
      : settings.webhooks.map((target) => ({ ...target, events: target.events ?? webhookEvents })),
  };
}

/** Reports the second of two applications with one id or key: requests would reach only one of them. */
export function refuseDuplicates(
  candidates: readonly ApplicationCandidate[],
  applications: readonly ApplicationConfig[],
  findings: Findings,
): void {
  for (const name of ["id", "key"] as const) {
    const article = name === "id" ? "an" : "a";
    const places = new Map<string, string>();
    for (const [index, application] of applications.entries()) {
      const value = application[name];
      const written = findWritten(candidates[index]?.sources ?? [], applicationSettings[name]);
      if (value === "" || written === undefined) continue;
      const first = places.get(value);
      if (first === undefined) places.set(value, written.place);
      else {
        findings.error(
          `${written.place}: expected ${article} ${name} of its own, got ${
            JSON.stringify(value)
          } as at ${first}`,
        );
      }
    }
  }
}

/** Reports a variable with the URL of webhooks beside several applications: only a header would tell apart what they send there. */
export function refuseSharedWebhook(candidates: readonly ApplicationCandidate[], findings: Findings): void {
  if (candidates.length < 2) return;
  const { webhooks } = applicationSettings;
  for (const { sources } of candidates) {
    const place = findWritten(sources, webhooks)?.place;
    if (place === undefined || !place.endsWith(` ${webhooks.env}`)) continue;
    return findings.error(
      `${place}: expected one application, got ${candidates.length}; write ${webhooks.key} in the entry of each that sends webhooks`,
    );
  }
}
