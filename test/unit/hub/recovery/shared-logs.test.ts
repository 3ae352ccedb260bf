import { expect, test } from "bun:test";
import type { ClusterLog } from "../../../../src/hub/cluster/cluster-log.ts";
import type { ClusterNames } from "../../../../src/hub/cluster/cluster-names.ts";
import { SoloCluster } from "../../../../src/hub/cluster/solo-cluster.ts";
import { ReceiveFromCluster } from "../../../../src/hub/receive-from-cluster.ts";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

const MAX_BYTES = 400_000;

/** A hub whose shared logs are as a test says; `followed` are the topics that it was asked to follow, in their order. */
function hubWithLogs(isCurrent: () => boolean): {
  readonly hub: RecoveringHub;
  readonly followed: string[];
  readonly texts: Map<string, string>;
  readonly waiting: (() => void)[];
} {
  const followed: string[] = [], waiting: (() => void)[] = [], texts = new Map<string, string>();
  const names: Partial<ClusterNames> = {
    ...{ period: 0, place: "here", add() {}, end() {} },
    keep: (name, text) => void texts.set(name, text),
    find: (names) => Promise.resolve(names.map(() => undefined)),
  };
  const log: Partial<ClusterLog> = {
    ...{ isUp: true, isCurrent, unfollow() {}, names: names as ClusterNames },
    follow: (topic) => followed.push(topic) > 0,
    whenCurrent: (_topic, then) => void waiting.push(then),
  };
  const solo = new SoloCluster(() => new ReceiveFromCluster({ byId: () => hub.fake.hub }));
  const cluster = Object.assign(solo, { isShared: true, log: log as ClusterLog }) as never;
  const hub = new RecoveringHub({ maxBytes: MAX_BYTES }, {}, { cluster });
  return { hub, followed, texts, waiting };
}

const succeeded = (page: RecoveringPage): number =>
  page.frames.filter((frame) => frame.includes("subscription_succeeded")).length;

test("a subscription waits until the node follows the channel's log, and the next one does not", () => {
  let isCurrent = false;
  const { hub, waiting } = hubWithLogs(() => isCurrent);
  const [first, second] = [new RecoveringPage(hub, ["news"]), new RecoveringPage(hub, ["news"])];
  for (const page of [first, second]) {
    page.connect();
    page.read();
  }
  expect([first, second].map(succeeded)).toEqual([0, 0]);
  isCurrent = true;
  for (const go of waiting) go();
  for (const page of [first, second]) page.read();
  expect([first, second].map(succeeded)).toEqual([1, 1]);
  const third = new RecoveringPage(hub, ["news"]);
  third.connect();
  third.read();
  expect(succeeded(third)).toBe(1);
});

test("it waits a second at most, and for five seconds no other one waits", () => {
  const { hub } = hubWithLogs(() => false), page = new RecoveringPage(hub, ["news"]);
  page.connect();
  hub.advance(999);
  page.read();
  expect(succeeded(page)).toBe(0);
  hub.advance(1);
  page.read();
  expect(succeeded(page)).toBe(1);
  const other = new RecoveringPage(hub, ["news"]);
  other.connect();
  other.read();
  expect(succeeded(other)).toBe(1);
});

test("channels that are come to and left without end leave logs within a share of max_bytes", () => {
  const { hub, followed } = hubWithLogs(() => true);
  for (let round = 0; round < 600; round++) {
    const page = new RecoveringPage(hub, [`channel-${round}`]);
    page.connect();
    page.read();
    page.end(1001);
    if (round % 10 === 0) hub.advance(1000);
  }
  const topics = new Set(followed).size;
  // A quarter, and what is there before the next tick.
  expect(topics).toBeLessThanOrEqual(MAX_BYTES / 4 / 450 + 20);
  expect(topics).toBeGreaterThan(50);
});

test("connections that are opened and ended without end leave texts within a share of max_bytes", () => {
  const { hub, texts } = hubWithLogs(() => true);
  for (let round = 0; round < 2_000; round++) {
    const page = new RecoveringPage(hub, ["news"]);
    page.connect();
    page.read();
    page.end(round % 2 === 0 ? 1006 : 1001);
    if (round % 100 === 0) hub.advance(1000);
  }
  let bytes = 0;
  for (const text of texts.values()) bytes += 150 + text.length;
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES / 4);
  expect(texts.size).toBeGreaterThan(100);
});
