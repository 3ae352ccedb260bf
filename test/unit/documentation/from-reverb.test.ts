import { expect, test } from "bun:test";
import { applicationSettings, publicSettings } from "../../../src/config/settings/application-settings.ts";
import { redisSettings } from "../../../src/config/settings/redis-settings.ts";
import { serverSettings, unusedSettings } from "../../../src/config/settings/server-settings.ts";
import { settingsOf } from "../../../src/config/settings/setting.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";

const page = new MarkdownPage("docs/from-reverb.md");

const variables = [serverSettings, unusedSettings, redisSettings, applicationSettings, publicSettings]
  .flatMap(settingsOf)
  .flatMap(({ env, ours }) => env === undefined || ours === true ? [] : [env]);

test.each([...new Set(variables)])("docs/from-reverb.md says what becomes of %s", (name) => {
  expect(page.says(`\`${name}\``)).toBe(true);
});
