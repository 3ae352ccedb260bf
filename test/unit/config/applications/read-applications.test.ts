import { describe, expect, test } from "bun:test";
import { credentials, load, refusal } from "../memory-files.ts";

describe("with no credentials anywhere", () => {
  test("a development application of Laravel's shapes is made up", () => {
    let seed = 0;
    const config = load({ random: (below) => (seed = seed * 31 + 7) % below });
    expect(config.development).toBe(true);
    expect(config.applications).toHaveLength(1);
    const [application] = config.applications;
    expect(application?.id).toMatch(/^[1-9][0-9]{5}$/);
    expect(application?.key).toMatch(/^[a-z0-9]{20}$/);
    expect(application?.secret).toMatch(/^[a-z0-9]{20}$/);
    expect(application).toMatchObject({ allowedOrigins: ["*"], acceptClientEventsFrom: "members" });
  });

  test("without a random source of the test it is never the same twice", () => {
    const [one, other] = [load({ random: undefined }), load({ random: undefined })];
    expect(one.applications[0]?.secret).not.toBe(other.applications[0]?.secret ?? "");
  });

  test("limits from the environment hold for it", () => {
    const config = load({ env: { REVERB_APP_PING_INTERVAL: "5" } });
    expect(config).toMatchObject({ development: true, applications: [{ pingInterval: 5 }] });
  });

  test("in production it is an error that names what to set", () => {
    expect(refusal({ env: { APP_ENV: "production" } })).toEqual([
      "No application is configured: set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET in .env or the environment",
    ]);
  });
});

describe("with some credentials", () => {
  test("the missing ones are named", () => {
    expect(refusal({ env: { REVERB_APP_KEY: "k", REVERB_APP_ID: "" } })).toEqual([
      "REVERB_APP_ID is not set; an application needs REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET",
      "REVERB_APP_SECRET is not set; an application needs REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET",
    ]);
  });

  test("an entry of a file that lacks one is named with its key", () => {
    const contents = { "resound.toml": '[[apps]]\napp_id = 1\nkey = "k"\nsecret = ""\n[[apps]]\nkey = "l"' };
    expect(refusal({ contents })).toEqual([
      "resound.toml:4 apps.0.secret: expected a value, got none",
      "resound.toml:5 apps.1.app_id: missing; every application needs one",
      "resound.toml:5 apps.1.secret: missing; every application needs one",
    ]);
  });
});

test("two applications with one id or one key are refused", () => {
  const contents = {
    "resound.toml": [
      '[[apps]]\napp_id = "1"\nkey = "k"\nsecret = "s"',
      '[[apps]]\napp_id = 1\nkey = "k"\nsecret = "t"',
    ].join("\n"),
  };
  expect(refusal({ contents })).toEqual([
    'resound.toml:6 apps.1.app_id: expected an id of its own, got "1" as at resound.toml:2 apps.0.app_id',
    'resound.toml:7 apps.1.key: expected a key of its own, got "k" as at resound.toml:3 apps.0.key',
  ]);
});

test("an origin that can never match gives a warning", () => {
  const env = {
    ...credentials,
    REVERB_APP_ALLOWED_ORIGINS: "https://a.com/,b.com/x,https://c.com,d.com:3000,*.e.com",
  };
  expect(load({ env }).warnings).toEqual([
    'environment variable REVERB_APP_ALLOWED_ORIGINS: "https://a.com/" matches nothing, since an origin has no path; write "https://a.com"',
    'environment variable REVERB_APP_ALLOWED_ORIGINS: "b.com/x" matches nothing, since an origin has no path; write "b.com"',
  ]);
});
