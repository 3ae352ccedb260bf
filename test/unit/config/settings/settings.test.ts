import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { settingsOf } from "../../../../src/config/settings/setting.ts";
import { applicationSettings } from "../../../../src/config/settings/application-settings.ts";
import { redisSettings } from "../../../../src/config/settings/redis-settings.ts";
import { serverSettings, unusedSettings } from "../../../../src/config/settings/server-settings.ts";

const server = [serverSettings, unusedSettings, redisSettings].flatMap(settingsOf);
const application = settingsOf(applicationSettings);

describe("the table of settings", () => {
  test("no two settings share a key or a variable", () => {
    for (const group of [server, application]) {
      expect(new Set(group.map(({ key }) => key)).size).toBe(group.length);
    }
    const variables = [...server, ...application].flatMap(({ env }) => env ?? []);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test("every default is a value that could have been written", () => {
    for (const { key, kind, required, ...setting } of [...server, ...application]) {
      if (required === true || setting.default === undefined || setting.default === "") continue;
      expect([key, v.is(kind.schema, setting.default)]).toEqual([key, true]);
    }
  });

  test("a setting that is secret by its name is secret in messages", () => {
    for (const { key, kind } of [...server, ...application]) {
      expect([key, kind.secret]).toEqual([key, /secret|password|passphrase|url|^webhooks$/.test(key)]);
    }
  });
});
