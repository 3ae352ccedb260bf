import { expect, test } from "bun:test";
import type { RecoveryConfig } from "../../../../src/config/config.ts";
import { applicationConfig, recoveryConfig } from "../../../support/fake-hub.ts";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

/** Takes other settings over, as a reload does. */
function reload({ fake: { hub } }: RecoveringHub, settings: Partial<RecoveryConfig>): void {
  hub.application.replaceSettings(
    applicationConfig({ recovery: recoveryConfig({ enabled: true, ...settings }) }),
  );
  hub.settingsChanged();
}

function connected(hub: RecoveringHub, channels: readonly string[]): RecoveringPage {
  const page = new RecoveringPage(hub, channels);
  page.connect();
  page.read();
  return page;
}

test("a channel that a reload takes out of recovery.channels is a gap, the others are not", () => {
  const hub = new RecoveringHub();
  const page = connected(hub, ["kept", "dropped"]);
  page.end();
  hub.publish("kept");
  hub.publish("dropped");
  reload(hub, { channels: ["kept"] });
  page.connect();
  page.read();
  hub.publish("dropped");
  page.read();
  expect([page.received.get("kept"), page.received.get("dropped")]).toEqual([[1], ["gap", 2]]);
  expect(page.frames.filter((frame) => frame.includes("resound:gap"))).toEqual([
    '{"event":"resound:gap","data":"{\\"reason\\":\\"dropped\\"}","channel":"dropped"}',
  ]);
});

test("when recovery is switched off, clients go on as without it, also in the middle of a replay", () => {
  const hub = new RecoveringHub({}, { maxBacklogBytes: 4 });
  const page = connected(hub, ["news"]);
  page.end();
  for (let count = 0; count < 5; count++) hub.publish("news");
  page.connect();
  // It reads nothing: what waits for it is more than may wait while more is sent again.
  const { socket } = page.connection as unknown as { socket: { backlog: number } };
  socket.backlog = 2;
  reload(hub, { enabled: false });
  hub.publish("news");
  page.read();
  expect(page.received.get("news")).toEqual([1, 2, 3, 4, 5, 6]);
  expect(hub.fake.hub.recovery).toBeUndefined();
  page.end();
  expect(page.isConnected).toBe(false);
});

test("when it is switched on, clients that connect from then on are recovered", () => {
  const hub = new RecoveringHub();
  reload(hub, { enabled: false });
  reload(hub, {});
  const page = connected(hub, ["news"]);
  page.end();
  hub.publish("news");
  page.connect();
  page.read();
  expect(page.received.get("news")).toEqual([1]);
});

test("a smaller log is trimmed with the next event, and the gap is told", () => {
  const hub = new RecoveringHub();
  const page = connected(hub, ["news"]);
  page.end();
  for (let count = 0; count < 5; count++) hub.publish("news");
  reload(hub, { maxEvents: 2 });
  hub.publish("news");
  page.connect();
  page.read();
  expect(page.received.get("news")).toEqual(["gap", 5, 6]);
});

test("a new subscriber of a cache channel with rewind is sent the last events in place of the cached one", () => {
  const hub = new RecoveringHub({ rewind: [{ channels: ["cache-*"], events: 2, seconds: 60 }] });
  for (let count = 0; count < 3; count++) hub.publish("cache-news");
  const page = connected(hub, ["cache-news", "cache-empty"]);
  hub.publish("cache-news");
  page.read();
  expect(page.received.get("cache-news")).toEqual([2, 3, 4]);
  expect(page.frames.filter((frame) => frame.includes("cache_miss"))).toHaveLength(1);
  // Too old for the rewind, but kept as the cached event still.
  hub.advance(61_000);
  expect(connected(hub, ["cache-news"]).received.get("cache-news")).toEqual([4]);
});
