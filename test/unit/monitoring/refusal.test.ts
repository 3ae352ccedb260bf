import { expect, test } from "bun:test";
import { DISCONNECT_REASONS, ENDINGS } from "../../../src/monitoring/disconnect-reason.ts";
import { REFUSAL_REASONS, type RefusalRow, REFUSALS } from "../../../src/monitoring/refusal.ts";
import { MarkdownPage } from "../../support/markdown-page.ts";

test("the documentation's table has every reason for which something is turned down", () => {
  const named = new MarkdownPage("docs/monitoring.md").rows("Refusals").map(([reason]) => reason);
  expect(named).toEqual(REFUSAL_REASONS.map((reason) => `\`${reason}\``));
});

test("no connection is closed with a code after which pusher-js gives up although it was not refused", () => {
  for (const { close, code } of [...Object.values<RefusalRow>(REFUSALS), ENDINGS.terminated]) {
    if (close !== undefined) expect(close).toBeLessThan(4300);
    if (code !== undefined) expect(code).toBeWithin(4000, 4400);
  }
  expect(ENDINGS.server_stopping.close).toBe(4200);
});

test("codes and sentences are Reverb's where Reverb has the case", () => {
  expect(REFUSALS).toMatchObject({
    unknown_application: { code: 4001, message: "Application does not exist", close: 4001 },
    over_quota: { code: 4004, message: "Application is over connection quota" },
    origin_not_allowed: { code: 4009, message: "Origin not allowed" },
    not_a_member: { code: 4009, message: "The client is not a member of the specified channel." },
    invalid_message: { code: 4200, message: "Invalid message format" },
    pong_missing: { code: 4201, message: "Pong reply not received in time", close: 4201 },
    rate_limited: { code: 4301, message: "Rate limit exceeded", close: 4100 },
    client_events_disabled: { code: 4301, message: "The app does not have client messaging enabled." },
  });
  expect(REFUSALS.invalid_message).not.toHaveProperty("close");
});

test("what closes a connection says as what the end is counted, and nothing else is counted", () => {
  for (const { close, message, disconnect } of Object.values<RefusalRow>(REFUSALS)) {
    if (close !== undefined) expect([message, disconnect]).toEqual([expect.any(String), expect.any(String)]);
  }
  expect([...DISCONNECT_REASONS].sort()).toEqual([
    "application_disabled",
    "application_removed",
    "client",
    "lost",
    "message_too_large",
    "pong_missing",
    "protocol_violation",
    "rate_limited",
    "redis_behind",
    "refused",
    "server_stopping",
    "slow_reader",
    "terminated",
  ]);
});
