import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { receiveDatagrams } from "../../support/datagram-receiver.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { startServer, temporaryDirectory } from "../../support/start-server.ts";

const glibc = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"].some((loader) =>
  existsSync(loader)
);
const elsewhere = skipWhen(!glibc, "systemd's notifications: this is no Linux with glibc");

test.skipIf(elsewhere)("systemd hears when the server listens, reloads and stops", async () => {
  const NOTIFY_SOCKET = join(temporaryDirectory(), "notify");
  using manager = receiveDatagrams(NOTIFY_SOCKET);
  const server = await startServer({ env: { NOTIFY_SOCKET } });
  expect(await manager.next("READY=1")).toBe(`READY=1\nSTATUS=Listening on ${server.url}`);

  process.kill(server.pid, "SIGHUP");
  expect(await manager.next("RELOADING=1")).toBe("RELOADING=1");
  expect(await manager.next("READY=1")).toBe(`READY=1\nSTATUS=Listening on ${server.url}`);

  expect(await server.stop()).toBe(0);
  expect(await manager.next("STOPPING=1"))
    .toBe("STOPPING=1\nEXTEND_TIMEOUT_USEC=23000000\nSTATUS=Closing the clients");
  expect(manager.received.join()).not.toContain("WATCHDOG");
  expect(server.output.stderr).toEqual([]);
});

test.skipIf(elsewhere)("an abstract socket is found, and its watchdog is fed", async () => {
  const NOTIFY_SOCKET = `@resound-test-${process.pid}`;
  using manager = receiveDatagrams(NOTIFY_SOCKET);
  await using _server = await startServer({ env: { NOTIFY_SOCKET, WATCHDOG_USEC: "100000" } });
  await manager.next("READY=1");
  for (let fed = 0; fed < 3; fed++) expect(await manager.next("WATCHDOG=1")).toBe("WATCHDOG=1");
});

test.skipIf(elsewhere)("a watchdog of another process is left alone", async () => {
  const NOTIFY_SOCKET = join(temporaryDirectory(), "notify");
  using manager = receiveDatagrams(NOTIFY_SOCKET);
  const server = await startServer({ env: { NOTIFY_SOCKET, WATCHDOG_USEC: "1000", WATCHDOG_PID: "1" } });
  await server.stop();
  await manager.next("STOPPING=1");
  expect(manager.received.join()).not.toContain("WATCHDOG");
});

test.skipIf(elsewhere).each([
  ["/nowhere/notify", "it takes no message"],
  ["vsock:2:1234", '"vsock:2:1234" is neither a path nor an abstract name'],
])(
  "a service manager at %s that cannot be reached is one warning, and the server serves",
  async (path, reason) => {
    await using server = await startServer({ env: { NOTIFY_SOCKET: path, WATCHDOG_USEC: "1000" } });
    expect((await fetch(`${server.url}/up`)).status).toBe(200);
    await server.output.waitFor(
      `Cannot tell the service manager at ${path} (NOTIFY_SOCKET) how the server does: ${reason}.`,
    );
    expect(server.output.stderr).toHaveLength(1);
  },
);
