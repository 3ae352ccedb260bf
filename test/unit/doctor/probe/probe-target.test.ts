import { expect, test } from "bun:test";
import type { ServerConfig } from "../../../../src/config/config.ts";
import { localTarget, targetUrl } from "../../../../src/doctor/probe/probe-target.ts";

function urlOf(host: string, tls = false): string {
  // Only these say where a server is.
  const server = { host, port: 8080, path: "/ws", hostname: "laravel.test" } as ServerConfig;
  return targetUrl(localTarget(server, tls), "/up");
}

test.each([
  ["0.0.0.0", "http://127.0.0.1:8080/ws/up"],
  ["::", "http://[::1]:8080/ws/up"],
  ["10.0.0.7", "http://10.0.0.7:8080/ws/up"],
  ["localhost", "http://localhost:8080/ws/up"],
  ["unix:/run/resound.sock", "unix:/run/resound.sock /ws/up"],
])("a server that listens on %s is asked at %s", (host, url) => {
  expect(urlOf(host)).toBe(url);
});

test("over TLS the public name is asked for, also at another address", () => {
  const server = { host: "0.0.0.0", port: 8080, path: "", hostname: "laravel.test" } as ServerConfig;
  expect(localTarget(server, true)).toMatchObject({
    address: { host: "127.0.0.1" },
    tlsName: "laravel.test",
  });
  expect(localTarget({ ...server, hostname: "" }, true)).toMatchObject({ tlsName: "127.0.0.1" });
});
