import { applicationSettings } from "../../src/config/settings/application-settings.ts";
import { redisSettings } from "../../src/config/settings/redis-settings.ts";
import { serverSettings } from "../../src/config/settings/server-settings.ts";
import type { AnySetting } from "../../src/config/settings/setting.ts";
import { markdownTable } from "./markdown-table.ts";
import type { WrittenSection } from "./written-section.ts";

const page = "docs/settings.md";
const heading = ["key", "environment", "default", "what it does"];

/** No setting of one value: a table of options whose names are PHP's (src/tls/tls-options.ts). */
const tlsRow = [
  "`options.tls`",
  "–",
  "empty",
  "certificate and TLS options by PHP's names, see [Local wss](tls.md)",
];

/** The tables of docs/settings.md, a row a setting. */
export const settingsSections: readonly WrittenSection[] = [
  {
    page,
    name: "settings of the server",
    text: () => {
      const rows = Object.values<AnySetting>(serverSettings).map((setting) => settingRow(setting));
      const place = Object.values<AnySetting>(serverSettings).findIndex(({ key }) => key === "hostname") + 1;
      return markdownTable([heading, ...rows.toSpliced(place, 0, tlsRow)]);
    },
  },
  {
    page,
    name: "settings of Redis",
    text: () =>
      markdownTable([
        heading,
        ...Object.values<AnySetting>(redisSettings).map((setting) => settingRow(setting, "scaling.server.")),
      ]),
  },
  {
    page,
    name: "settings of an application",
    text: () =>
      markdownTable([
        heading,
        ...Object.values<AnySetting>(applicationSettings).map((setting) => settingRow(setting)),
      ]),
  },
];

/** The cells of one setting; `prefix` is what all keys of its table begin with. */
function settingRow(setting: AnySetting, prefix: string = ""): string[] {
  const { key, env, ours, description, see } = setting;
  return [
    `\`${key.slice(prefix.length)}\`${ours === true ? " *" : ""}`,
    env === undefined ? "–" : `\`${env}\``,
    defaultCell(setting),
    see === undefined ? description : `${description}, see ${see}`,
  ];
}

function defaultCell({ required, default: value, defaultText, unit }: AnySetting): string {
  if (required === true) return "required";
  if (defaultText !== undefined) return defaultText;
  const text = Array.isArray(value) ? value.join(",") : String(value);
  if (text === "") return "empty";
  return `\`${text}\`${unit === undefined ? "" : ` ${unit}`}`;
}
