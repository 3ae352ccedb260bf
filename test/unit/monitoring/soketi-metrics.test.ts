import { expect, test } from "bun:test";
import { ApplicationCounters } from "../../../src/monitoring/application-counters.ts";
import { soketiMetrics } from "../../../src/monitoring/metrics/soketi-metrics.ts";

test("soketi's series have its names and labels, and our counts", () => {
  const counters = new ApplicationCounters();
  counters.connects = 5;
  counters.disconnects.client = 2;
  counters.disconnects.lost = 1;
  counters.received.subscribe.messages = 3;
  counters.received.subscribe.bytes = 300;
  counters.sent.channel.messages = 4;
  counters.sent.connection.bytes = 40;
  counters.apiEvents = 6;
  const families = soketiMetrics({
    prefix: "soketi_",
    port: "6001",
    applications: new Map([["shop", counters]]),
    states: () => [{ id: "shop", connections: 2, channels: [], presenceMembers: () => 0 }],
  });
  const lines = families.map(({ name, type, read }) => [name, type, [...read()]] as const);
  const labels = { app_id: "shop", port: "6001" };
  expect(lines).toEqual(([
    ["connected", 2],
    ["new_connections_total", 5],
    ["new_disconnections_total", 3],
    ["socket_received_bytes", 300],
    ["socket_transmitted_bytes", 40],
    ["ws_messages_received_total", 3],
    ["ws_messages_sent_total", 4],
    ["http_calls_received_total", 6],
  ] as const).map(([name, value]) =>
    [
      `soketi_${name}`,
      name === "connected" ? "gauge" : "counter",
      [[labels, value]],
    ] as never
  ));
});
