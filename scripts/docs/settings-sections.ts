import { applicationSettings } from "../../src/config/settings/application-settings.ts";
import { providerSettings } from "../../src/config/settings/provider-settings.ts";
import { redisSettings } from "../../src/config/settings/redis-settings.ts";
import { serverSettings, tlsTable, unusedSettings } from "../../src/config/settings/server-settings.ts";
import { type AnySetting, type SettingGroup, settingsOf } from "../../src/config/settings/setting.ts";
import { markdownTable } from "./markdown-table.ts";
import type { WrittenSection } from "./written-section.ts";

const page = "docs/settings.md";
/** The tables of docs/settings.md, a row a setting. */
export const settingsSections: readonly WrittenSection[] = [
  {
    page,
    name: "settings of the server",
    text: () => {
      const rows = settingsOf(serverSettings).map((setting) => reloadableRow(setting));
      const place = settingsOf(serverSettings).indexOf(serverSettings.hostname) + 1;
      const unused = settingsOf(unusedSettings).map((setting) => settingRow(setting).toSpliced(3, 0, "–"));
      const heading = ["key", "environment", "default", "reload", "what it does"];
      return markdownTable([heading, ...rows.toSpliced(place, 0, tlsRow()), ...unused]);
    },
  },
  { page, name: "settings of the provider", text: () => plainTable(providerSettings) },
  { page, name: "settings of Redis", text: () => plainTable(redisSettings, "scaling.server.") },
  { page, name: "settings of an application", text: () => plainTable(applicationSettings) },
];

function plainTable(group: SettingGroup, prefix: string = ""): string {
  const heading = ["key", "environment", "default", "what it does"];
  return markdownTable([heading, ...settingsOf(group).map((setting) => settingRow(setting, prefix))]);
}

/** The cells of one setting; `prefix` is what all keys of its table begin with. */
function settingRow(setting: AnySetting, prefix: string = ""): string[] {
  const { key, env, ours, flag } = setting;
  const option = flag === undefined ? "" : `; flag \`${flag}\``;
  return [
    `\`${key.slice(prefix.length)}\`${ours === true ? " *" : ""}`,
    env === undefined ? "–" : `\`${env}\``,
    defaultCell(setting),
    sentence(setting) + option,
  ];
}

function reloadableRow(setting: AnySetting): string[] {
  return settingRow(setting).toSpliced(3, 0, reloadCell(setting));
}

function tlsRow(): string[] {
  return [`\`${tlsTable.key}\``, "–", "empty", reloadCell(tlsTable), sentence(tlsTable)];
}

function reloadCell({ live }: Pick<AnySetting, "live">): string {
  return live === true ? "yes" : "no";
}

function sentence({ description, see }: Pick<AnySetting, "description" | "see">): string {
  return see === undefined ? description : `${description}, see ${see}`;
}

function defaultCell({ required, default: value, defaultText, unit }: AnySetting): string {
  if (required === true) return "required";
  if (defaultText !== undefined) return defaultText;
  const text = Array.isArray(value) ? value.join(",") : String(value);
  if (text === "") return "empty";
  return `\`${text}\`${unit === undefined ? "" : ` ${unit}`}`;
}
