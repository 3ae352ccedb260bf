import { expect, test } from "bun:test";
import { readApplicationRecord } from "../../../../src/config/applications/application-record.ts";
import { isSoketiRow, soketiRecord } from "../../../../src/config/from/soketi-record.ts";
import { applicationConfig } from "../../../support/fake-hub.ts";

const defaults = { ...applicationConfig(), id: "", key: "", secret: "" };
const row = {
  id: "7",
  key: "k",
  secret: "s",
  enabled: 1,
  enable_client_messages: 1,
  max_connections: 200,
  max_client_events_per_sec: 10,
  max_backend_events_per_sec: -1,
  max_read_req_per_sec: null,
  max_channel_name_length: 100,
  max_event_channels_at_once: "50",
  webhooks: JSON.stringify([
    {
      url: "https://a.test/h",
      event_types: ["channel_occupied"],
      filter: { channel_name_starts_with: "x-" },
    },
    { lambda_function: "f", event_types: ["client_event"] },
  ]),
};

test("a row of soketi's table is known by its columns", () => {
  expect(isSoketiRow(row)).toBe(true);
  expect(isSoketiRow({ id: 1, app_id: "1", key: "k", secret: "s" })).toBe(false);
});

test("its limits, its switch and its webhooks become ours", () => {
  expect(readApplicationRecord(soketiRecord(row), defaults)).toMatchObject({
    id: "7",
    enabled: true,
    maxConnections: 200,
    acceptClientEventsFrom: "members",
    maxClientEventsPerSecond: 10,
    // Subscriptions and pings are no client events.
    rateLimiting: { enabled: false },
    maxChannelNameLength: 100,
    maxChannelsPerEvent: 50,
    webhooks: [{
      url: "https://a.test/h",
      events: ["channel_occupied"],
      filter: { prefix: "x-", suffix: "" },
    }],
  });
});

test("-1, null and what is false are no limit, or none at all", () => {
  const read = readApplicationRecord(
    soketiRecord({
      ...row,
      enabled: false,
      enable_client_messages: 0,
      max_connections: -1,
      max_client_events_per_sec: -1,
      webhooks: null,
    }),
    defaults,
  );
  expect(read).toMatchObject({
    enabled: false,
    acceptClientEventsFrom: "none",
    maxConnections: undefined,
    rateLimiting: defaults.rateLimiting,
    webhooks: [],
  });
});
