import { expect, test } from "bun:test";
import { credentials, load, refusal } from "./memory-files.ts";

const DASHBOARD = { ...credentials, REVERB_DASHBOARD_ENABLED: "true" };

test.each([
  ["server", "dashboard", "REVERB_DASHBOARD_PORT", { ...DASHBOARD, REVERB_SERVER_PORT: "8081" }],
  ["server", "dashboard", "REVERB_DASHBOARD_PORT", { ...DASHBOARD, REVERB_DASHBOARD_PORT: "8080" }],
  ["metrics", "dashboard", "REVERB_DASHBOARD_PORT", { ...DASHBOARD, REVERB_METRICS_PORT: "8081" }],
  ["server", "metrics", "REVERB_METRICS_PORT", { ...credentials, REVERB_METRICS_PORT: "8080" }],
  ["server", "metrics", "REVERB_METRICS_PORT", {
    ...{ ...credentials, REVERB_METRICS_PORT: "8080", REVERB_METRICS_HOST: "0.0.0.0" },
    REVERB_SERVER_HOST: "127.0.0.1",
  }],
])("the %s and the %s on one port are refused: %s", (one, other, variable, env) => {
  const [message, ...more] = refusal({ env });
  expect(message).toMatch(
    RegExp(
      `^The ${one} and the ${other} would listen on the same port \\d+; choose another with .*\\(${variable}\\)$`,
    ),
  );
  expect(more).toEqual([]);
});

test("one Unix socket for two is refused", () => {
  const socket = "unix:/run/resound.sock";
  expect(refusal({ env: { ...DASHBOARD, REVERB_SERVER_HOST: socket, REVERB_DASHBOARD_HOST: socket } }))
    .toEqual([
      `The server and the dashboard would listen on the same Unix socket ${socket}; choose another path`,
    ]);
});

test.each([
  ["another address", { ...DASHBOARD, REVERB_SERVER_HOST: "10.0.0.1", REVERB_SERVER_PORT: "8081" }],
  ["any free port", {
    ...DASHBOARD,
    REVERB_SERVER_PORT: "0",
    REVERB_DASHBOARD_PORT: "0",
    REVERB_METRICS_PORT: "0",
  }],
  ["the dashboard off", { ...credentials, REVERB_SERVER_PORT: "8081" }],
  ["the dashboard on the clients' port", {
    ...{ ...DASHBOARD, REVERB_DASHBOARD_ON_MAIN_PORT: "true" },
    REVERB_SERVER_PORT: "8081",
  }],
  ["a Unix socket", { ...DASHBOARD, REVERB_SERVER_HOST: "unix:/run/r.sock", REVERB_SERVER_PORT: "8081" }],
])("with %s there is nothing to refuse", (_, env) => expect(() => load({ env })).not.toThrow());
