import { expect, test } from "bun:test";
import { WEBHOOK_EVENTS } from "../../../src/config/kinds/webhook-event-name.ts";
import { SAMPLE_CHANNEL, sampleEvent } from "../../../src/webhooks/sample-event.ts";
import { channelOf } from "../../../src/webhooks/webhook-event.ts";

test.each(WEBHOOK_EVENTS.map((name) => [name]))("a sample of %s is on a channel of its own", (name) => {
  const event = sampleEvent(name, { prefix: "", suffix: "" }), channel = channelOf(event);
  expect(event.name).toBe(name);
  expect(channel ?? SAMPLE_CHANNEL).toContain(SAMPLE_CHANNEL);
  if (name.startsWith("member_")) expect(channel).toStartWith("presence-");
  if (name === "cache_miss") expect(channel).toStartWith("cache-");
});

test.each([
  [{ prefix: "presence-room.", suffix: "" }, "presence-room.resound-test"],
  [{ prefix: "pres", suffix: ".eu" }, "presence-resound-test.eu"],
  [{ prefix: "private-", suffix: "" }, "private-resound-test"],
])("a webhook's filter %j lets its sample pass", (filter, channel) => {
  expect(channelOf(sampleEvent("member_added", filter))).toBe(channel);
});
