import { expect, test } from "bun:test";
import {
  readApplicationRecord,
  RecordError,
} from "../../../../src/config/applications/application-record.ts";
import { applicationConfig } from "../../../support/fake-hub.ts";

const defaults = { ...applicationConfig(), id: "", key: "", secret: "" };
const required = { app_id: "1", key: "k", secret: "s" };

function fault(record: Readonly<Record<string, unknown>>): string {
  try {
    readApplicationRecord(record, defaults);
  } catch (error) {
    if (error instanceof RecordError) return error.message;
    throw error;
  }
  return "";
}

test("what a record leaves out is as in the defaults, and shares their objects", () => {
  const read = readApplicationRecord({ ...required, max_connections: null, allowed_origins: "" }, defaults);
  expect(read).toEqual({ ...defaults, id: "1", key: "k", secret: "s" });
  expect(read.recovery).toBe(defaults.recovery);
  expect(read.rateLimiting).toBe(defaults.rateLimiting);
});

test("settings of a group may be a table, a JSON text, or columns that join the names", () => {
  const limited = { ...defaults.rateLimiting, enabled: true, maxAttempts: 5 };
  for (
    const written of [
      { rate_limiting: { enabled: true, max_attempts: 5 } },
      { rate_limiting: '{"enabled":true,"max_attempts":5}' },
      { rate_limiting_enabled: 1, rate_limiting_max_attempts: "5" },
      { settings: '{"rate_limiting":{"enabled":true,"max_attempts":5}}' },
    ]
  ) {
    expect(readApplicationRecord({ ...required, ...written }, defaults).rateLimiting).toEqual(limited);
  }
});

test("columns as databases give them: whole numbers, 0 and 1, bytes, lists as JSON and with commas", () => {
  const read = readApplicationRecord({
    id: 7n,
    key: new TextEncoder().encode("k"),
    secret: "s",
    enabled: 0,
    max_connections: "100",
    allowed_origins: '["a.test","b.test"]',
    accept_client_events_from: "all",
    created_at: new Date(0),
    something: "else",
  }, defaults);
  expect(read).toMatchObject({
    id: "7",
    key: "k",
    enabled: false,
    maxConnections: 100,
    allowedOrigins: ["a.test", "b.test"],
    acceptClientEventsFrom: "all",
  });
  expect(readApplicationRecord({ ...required, allowed_origins: "a.test, b.test" }, defaults).allowedOrigins)
    .toEqual(["a.test", "b.test"]);
});

test("app_id goes before id, which may be the number of a row", () => {
  expect(readApplicationRecord({ ...required, id: 99 }, defaults).id).toBe("1");
});

test("webhooks without events of their own get those of webhook_events", () => {
  const { webhooks } = readApplicationRecord({
    ...required,
    webhooks: '["https://a.test/h",{"url":"https://b.test/h","events":["client_event"]}]',
    webhook_events: "channel_occupied",
  }, defaults);
  expect(webhooks.map(({ url, events }) => [url, events])).toEqual([
    ["https://a.test/h", ["channel_occupied"]],
    ["https://b.test/h", ["client_event"]],
  ]);
});

test("every fault is named, and no secret", () => {
  expect(fault({})).toBe("app_id: missing; key: missing; secret: missing");
  expect(fault({ ...required, key: "a b", max_connections: "many" })).toBe(
    'key: expected a text without spaces, slashes, `?`, `#` and control characters, got "a b"; ' +
      'max_connections: expected a whole number from 1 to 1000000000, got "many"; key: missing',
  );
  expect(fault({ ...required, secret: "top\nsecret" })).not.toContain("top");
});
