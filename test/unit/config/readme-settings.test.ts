import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnySetting } from "../../../src/config/setting.ts";
import { applicationSettings } from "../../../src/config/application-settings.ts";
import { redisSettings } from "../../../src/config/redis-settings.ts";
import { serverSettings } from "../../../src/config/server-settings.ts";

const readme = readFileSync(join(import.meta.dir, "../../../README.md"), "utf8");
const rows = readme.split("\n").filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));

function defaultCell(setting: AnySetting): string {
  if (setting.required) return "required";
  if (setting.key === "scaling.prefix") return "`resound:`, the channel, `:`";
  if (setting.key === "webhook_events") return "Pusher's own";
  if (setting.key === "metrics.port") return "off";
  if (setting.default === undefined) return "no limit";
  const text = Array.isArray(setting.default) ? setting.default.join(",") : String(setting.default);
  if (text === "") return "empty";
  return `\`${text}\`${setting.unit === undefined ? "" : ` ${setting.unit}`}`;
}

test.each([
  ...Object.values<AnySetting>(serverSettings),
  ...Object.values<AnySetting>(applicationSettings),
].map((setting) => [setting.key, setting] as const))(
  "README's table has %s with its variable and its default",
  (key, setting) => {
    const row = rows.find(([cell]) => cell === `\`${key}\`${setting.ours ? " *" : ""}`);
    expect(row?.slice(1, 3)).toEqual([`\`${setting.env}\``, defaultCell(setting)]);
  },
);

test("README names every Redis setting with its variable", () => {
  for (const { key, env } of Object.values<AnySetting>(redisSettings)) {
    expect(readme).toContain(`\`${key.slice("scaling.server.".length)}\``);
    expect(readme).toContain(`\`${env}\``);
  }
});

test("README's table has no setting that is not there", () => {
  const known = [
    ...Object.values<AnySetting>(serverSettings),
    ...Object.values<AnySetting>(applicationSettings),
  ]
    .map(({ env }) => `\`${env}\``);
  const named = rows.map((row) => row[1]!).filter((cell) => cell.startsWith("`REVERB_"));
  expect(named.filter((env) => !known.includes(env))).toEqual([]);
});
