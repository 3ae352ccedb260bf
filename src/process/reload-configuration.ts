import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config.ts";
import { applicationSettings } from "../config/settings/application-settings.ts";
import { isSetting, type SettingGroup } from "../config/settings/setting.ts";
import type { Log } from "../monitoring/log.ts";
import type { ReloadOutcome } from "./registry/runtime-record.ts";
import type { ReloadReport, RunningServer } from "../server.ts";

/** What reading the configuration again needs. */
export interface ConfigurationReload {
  /** Reads it from the same places as at the start. Throws a `ConfigError` when it cannot be used. */
  readonly read: () => Config;
  readonly server: RunningServer;
  readonly log: Log;
}

/**
 * Reads the configuration again and hands it to the server, or refuses it whole: then everything goes on as it was. Every
 * message is logged, and returned for whoever asked for the reload.
 */
export function reloadConfiguration(
  before: Config,
  { read, server, log }: ConfigurationReload,
): Omit<ReloadOutcome, "count"> & { readonly config: Config } {
  let config: Config, errors: readonly string[];
  try {
    config = read();
    errors = [];
  } catch (error) {
    config = before;
    // Also for what nobody foresaw: a server that runs does not end because a file cannot be read.
    errors = error instanceof ConfigError
      ? error.messages
      : [`The configuration could not be read: ${error}`];
  }
  if (errors.length > 0) {
    for (const message of errors) log.error("reload_refused", message);
    const kept = "The new configuration is refused, the old one stays in use";
    log.error("reload_refused", kept);
    return { config: before, accepted: false, messages: [...errors, kept] };
  }
  // The application that a server makes up when none is configured is another one each time: keep the one that was shown.
  if (before.development && config.development) config = { ...config, applications: before.applications };
  const report = server.reload(config);
  const warnings = [...config.warnings, ...report.notApplied];
  for (const warning of warnings) log.warning("configuration", warning);
  const changes = describeChanges(report);
  log.info("reloaded", "The configuration was read again");
  for (const change of changes) log.info("reloaded", change);
  return { config, accepted: true, messages: [...warnings, ...changes] };
}

function describeChanges({ applications }: ReloadReport): string[] {
  const { added, changed, removed } = applications;
  const lines = [
    ...added.map(({ id }) => `Added application ${id}`),
    ...changed.map(({ application, fields }) =>
      `Changed application ${application.id}: ${fields.map(settingName).join(", ")}`
    ),
    ...removed.map(({ id }) => `Removed application ${id}; its clients are closed with 4001`),
  ];
  return lines.length > 0 ? lines : ["No application has changed"];
}

/** As the operator wrote it: `max_connections`. Never a value, it may be a secret. */
function settingName(field: string): string {
  const settings: SettingGroup = applicationSettings, entry = settings[field];
  return entry !== undefined && isSetting(entry)
    ? entry.key
    : field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
