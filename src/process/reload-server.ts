import type { Config } from "../config/config.ts";
import { applicationSettings } from "../config/settings/application-settings.ts";
import { isSetting, type SettingGroup } from "../config/settings/setting.ts";
import type { ReloadReport, RunningServer } from "../server/running-server.ts";
import type { ReloadLine } from "./run.ts";

/** Hands a running server its new configuration. Returns a line for each warning and for each application that has changed. */
export function reloadServer(
  server: Pick<RunningServer, "reload">,
  config: Config,
  warnings: readonly string[],
): ReloadLine[] {
  const report = server.reload(config);
  return [
    ...[...warnings, ...report.notApplied].map((text): ReloadLine => ({
      ...{ level: "warning", event: "configuration", text },
    })),
    ...describeChanges(report).map((text): ReloadLine => ({ level: "info", event: "reloaded", text })),
  ];
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

/** As the operator has written it: `max_connections`. Never the value, which may be a secret. */
function settingName(field: string): string {
  const settings: SettingGroup = applicationSettings, entry = settings[field];
  return entry !== undefined && isSetting(entry)
    ? entry.key
    : field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
