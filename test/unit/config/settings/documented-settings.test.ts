import { expect, test } from "bun:test";
import { type AnySetting, settingsOf } from "../../../../src/config/settings/setting.ts";
import { applicationSettings } from "../../../../src/config/settings/application-settings.ts";
import { providerSettings } from "../../../../src/config/settings/provider-settings.ts";
import { redisSettings } from "../../../../src/config/settings/redis-settings.ts";
import { serverSettings, unusedSettings } from "../../../../src/config/settings/server-settings.ts";
import { MarkdownPage } from "../../../support/markdown-page.ts";

const page = new MarkdownPage("docs/settings.md"), rows = page.rows();

function defaultCell(setting: AnySetting): string {
  if (setting.required) return "required";
  if (setting.key === "scaling.prefix") return "`resound:`, the channel, `:`";
  if (setting.key === "webhook_events") return "Pusher's own";
  if (setting.key === "metrics.port" || setting.key === "soketi.series_prefix") return "off";
  if (setting.key === "apps.columns") return "the settings' names";
  if (setting.key === "apps.url") return "none";
  if (setting.key === "apps.secret") return "`APP_KEY`";
  if (setting.default === undefined) return "no limit";
  const text = Array.isArray(setting.default) ? setting.default.join(",") : String(setting.default);
  if (text === "") return "empty";
  return `\`${text}\`${setting.unit === undefined ? "" : ` ${setting.unit}`}`;
}

const settings = [serverSettings, unusedSettings, providerSettings, applicationSettings].flatMap(settingsOf);

test.each(settings.map((setting) => [setting.key, setting] as const))(
  "docs/settings.md has %s with its variable and its default",
  (key, setting) => {
    const row = rows.find(([cell]) => cell === `\`${key}\`${setting.ours ? " *" : ""}`);
    expect(row?.slice(1, 3)).toEqual([`\`${setting.env}\``, defaultCell(setting)]);
  },
);

test("docs/settings.md names every Redis setting with its variable", () => {
  for (const { key, env } of settingsOf(redisSettings)) {
    expect(page.says(`\`${key.slice("scaling.server.".length)}\``)).toBe(true);
    expect(page.says(`\`${env}\``)).toBe(true);
  }
});

test("docs/settings.md has no setting that is not there", () => {
  const known = settings.map(({ env }) => `\`${env}\``);
  const named = rows.map((row) => row[1]!).filter((cell) => cell.startsWith("`REVERB_"));
  expect(named.filter((env) => !known.includes(env))).toEqual([]);
});
