import { expect, test } from "bun:test";
import { isOwnHost } from "../../../src/http/own-host.ts";

const names = ["localhost", "ws1.internal", "*.monitoring.svc", "bücher.example"];

test.each([
  null,
  "",
  "127.0.0.1:9464",
  "10.1.2.3",
  "[::1]:9464",
  "[fd00::7]",
  "localhost",
  "LOCALHOST:9464",
  "localhost.",
  "ws1.internal:80",
  "resound.monitoring.svc:9464",
  "a.b.monitoring.svc",
  "xn--bcher-kva.example",
])("%j is an own host", (host) => expect(isOwnHost(host, names)).toBe(true));

test.each([
  "evil.example",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "ws1.internal.evil.example:9464",
  "monitoring.svc",
  "evilmonitoring.svc",
  "evil.example:127.0.0.1",
  "[evil.example]",
  "localhost,evil.example",
  "user@localhost",
  "localhost/x",
  "*",
  ".",
])("%j is none", (host) => expect(isOwnHost(host, names)).toBe(false));

test("with * every name is an own one", () => {
  expect(isOwnHost("evil.example", ["*"])).toBe(true);
});
