import { expect, test } from "bun:test";
import { fixedChanges } from "../../../../src/config/settings/server-changes.ts";
import { credentials, load } from "../memory-files.ts";

test("what a running server cannot change is named with its variable, and never with its value", () => {
  const before = load({ env: credentials }).server;
  const after = load({
    env: {
      ...credentials,
      REVERB_SERVER_PORT: "9000",
      REVERB_MAX_BACKLOG_BYTES: "5",
      REVERB_DRAIN_SECONDS: "0",
      REVERB_MAX_REQUEST_SIZE: "5",
      REVERB_STRICT_API_AUTHENTICATION: "false",
      REVERB_TRUSTED_PROXIES: "10.0.0.1",
      REVERB_LOG_LEVEL: "debug",
      REVERB_HOST: "a.test",
      REVERB_WEBHOOK_RETRY_SECONDS: "1",
    },
  }).server;
  expect(fixedChanges(before, after)).toEqual([
    "port (REVERB_SERVER_PORT)",
    "max_backlog_bytes (REVERB_MAX_BACKLOG_BYTES)",
  ]);
  const server = { ...before.scaling.server, password: "s3cret" };
  expect(fixedChanges(before, { ...before, scaling: { ...before.scaling, server } })).toEqual(["scaling"]);
  const scaling = { ...before.scaling, leaseSeconds: 20 };
  expect(fixedChanges(before, { ...before, scaling, tls: { local_cert: "a.pem" } })).toEqual(["scaling"]);
  expect(fixedChanges(before, before)).toEqual([]);
});
