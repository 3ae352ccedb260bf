import { expect, test } from "bun:test";
import { Application } from "../../../../src/hub/applications/application.ts";
import { Log } from "../../../../src/monitoring/log.ts";
import { Monitor } from "../../../../src/hub/monitor/monitor.ts";
import { applicationConfig } from "../../../support/fake-hub.ts";

function newMonitor(): {
  readonly monitor: Monitor;
  readonly lines: { event: string; message: string; reason?: string }[];
} {
  const lines: { event: string; message: string; reason?: string }[] = [];
  const log = new Log("json", (line) => lines.push(JSON.parse(line)), () => new Date(0));
  return { monitor: new Monitor(log), lines };
}

test("a refusal is counted, and logged with its reason and the address of the client", () => {
  const { monitor, lines } = newMonitor();
  monitor.refused({
    reason: "rate_limited",
    detail: "more than 60 messages",
    application: "app",
    connection: "1.2",
    address: "::1",
  });
  expect(lines).toMatchObject([{
    event: "refused",
    level: "warning",
    message: "Refused: more than 60 messages",
    reason: "rate_limited",
    application: "app",
    connection: "1.2",
    address: "::1",
  } as object]);
  expect([...monitor.counters.refusals]).toEqual([["rate_limited", 1]]);
});

test("of many refusals of one reason ten are logged, and the number of the others after ten seconds; other reasons are still logged", () => {
  const { monitor, lines } = newMonitor();
  for (let i = 0; i < 1000; i++) monitor.refused({ reason: "invalid_message", detail: "x" });
  monitor.refused({ reason: "over_quota", detail: "y" });
  expect(lines.map(({ reason }) => reason)).toEqual([
    ...Array<string>(10).fill("invalid_message"),
    "over_quota",
  ]);
  lines.length = 0;
  for (let second = 0; second < 9; second++) monitor.tick();
  expect(lines).toEqual([]);
  monitor.tick();
  expect(lines).toMatchObject([{
    event: "refused_more",
    reason: "invalid_message",
    message: "Refused 990 more within 10 seconds",
  }]);
  expect(monitor.counters.refusedTotal).toBe(1001);

  // In a new window refusals are logged one by one again.
  lines.length = 0;
  monitor.refused({ reason: "invalid_message", detail: "x" });
  expect(lines).toHaveLength(1);
  for (let second = 0; second < 20; second++) monitor.tick();
  expect(lines).toHaveLength(1);
});

test("the number of refusals that were not logged is logged when the server stops", () => {
  const { monitor, lines } = newMonitor();
  for (let i = 0; i < 12; i++) monitor.refused({ reason: "invalid_message", detail: "x" });
  monitor.flush();
  expect(lines.at(-1)).toMatchObject({
    event: "refused_more",
    message: expect.stringContaining("Refused 2 more"),
  });
});

test("a fault is logged with its trace, for any thrown value", () => {
  const { monitor, lines } = newMonitor();
  monitor.fault(new TypeError("broken"));
  monitor.fault("text");
  monitor.fault(undefined);
  expect(lines.map(({ event }) => event)).toEqual(["fault", "fault", "fault"]);
  expect(lines[0]!.message).toMatch(/TypeError: broken[^]*monitor\.test/);
  expect(lines[1]!.message).toEndWith("text");
});

test("a publish counts once for each subscriber", () => {
  const { monitor } = newMonitor();
  const application = new Application(applicationConfig());
  monitor.published(application, "channel", 7, '"é"');
  monitor.published(application, "user", 0, "{}");
  expect(monitor.counters.messagesSent).toBe(7);
  expect(application.counters).toMatchObject({
    publishes: 2,
    messagesSent: 7,
    sent: { channel: { messages: 7, bytes: 28 }, user: { messages: 0, bytes: 0 } },
  });
});
