import { expect, test } from "bun:test";
import { readServiceManager } from "../../../src/config/notify-socket.ts";

const NOTIFY_SOCKET = "/run/systemd/notify";

test("without a socket no reports are sent", () => {
  expect(readServiceManager({}, 5)).toBeUndefined();
  expect(readServiceManager({ NOTIFY_SOCKET: "", WATCHDOG_USEC: "1000" }, 5)).toBeUndefined();
});

test.each<readonly [Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ WATCHDOG_USEC: "30000000" }, 30_000],
  [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "5" }, 30_000],
  [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "6" }, undefined],
  [{ WATCHDOG_USEC: "0" }, undefined],
  [{ WATCHDOG_USEC: "-1" }, undefined],
  [{ WATCHDOG_USEC: "soon" }, undefined],
])("%p makes a watchdog of %p ms", (environment, watchdogMilliseconds) => {
  expect(readServiceManager({ NOTIFY_SOCKET, ...environment }, 5))
    .toEqual({ notifySocket: NOTIFY_SOCKET, watchdogMilliseconds });
});
