import { expect, test } from "bun:test";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

const MAX_BYTES = 200_000;

test("events of any size on any number of channels stay within max_bytes", () => {
  const hub = new RecoveringHub({ maxBytes: MAX_BYTES });
  const channels = Array.from({ length: 50 }, (_, index) => `channel-${index}`);
  const page = new RecoveringPage(hub, channels);
  page.connect();
  for (let round = 0; round < 200; round++) {
    for (const channel of channels) hub.publish(channel);
    expect(hub.fake.hub.recovery!.bytes).toBeLessThanOrEqual(MAX_BYTES);
    page.read();
  }
});

test("connections that are opened and cut without end stay within their share", () => {
  const hub = new RecoveringHub({ maxBytes: MAX_BYTES });
  for (let round = 0; round < 3_000; round++) {
    const page = new RecoveringPage(hub, [`a-${round}`, `b-${round}`]);
    page.connect();
    page.read();
    page.end();
    if (round % 100 === 0) hub.advance(1000);
  }
  hub.advance(1000);
  expect(hub.fake.hub.recovery!.bytes).toBeLessThanOrEqual(MAX_BYTES);
});

test("a client that names all connections that it has cut stays within the same share, at any moment", () => {
  const hub = new RecoveringHub({ maxBytes: MAX_BYTES }), jar = new Set<string>();
  const channels = Array.from({ length: 90 }, (_, index) => index);
  for (let round = 0; round < 100; round++) {
    const page = new RecoveringPage(hub, channels.map((index) => `${round}-${index}`), { jar });
    page.connect();
    page.read();
    page.end();
    expect(hub.fake.hub.recovery!.bytes).toBeLessThanOrEqual(MAX_BYTES);
  }
});

test("channels that are opened without end leave half of the bytes to events, and what has no log is a gap", () => {
  const hub = new RecoveringHub({ maxBytes: MAX_BYTES }), pages: RecoveringPage[] = [];
  for (let round = 0; round < 500; round++) {
    const page = new RecoveringPage(hub, [`channel-${round}`]);
    page.connect();
    page.read();
    pages.push(page);
  }
  expect(hub.fake.hub.recovery!.bytes).toBeLessThanOrEqual(MAX_BYTES / 2 + 1000);
  const last = pages.at(-1)!, channel = "channel-499";
  last.end();
  hub.publish(channel);
  last.connect();
  last.read();
  expect(last.received.get(channel)).toEqual(["gap"]);
});

test("everything is forgotten when its time is over", () => {
  const hub = new RecoveringHub({ seconds: 10 });
  const page = new RecoveringPage(hub, ["one", "two"]);
  page.connect();
  page.read();
  hub.publish("one");
  page.end();
  hub.publish("two");
  expect(hub.fake.hub.recovery!.bytes).toBeGreaterThan(0);
  hub.advance(12_000);
  expect(hub.fake.hub.recovery!.bytes).toBe(0);
});

test("a channel without clients and without a client that may come back is not logged", () => {
  const hub = new RecoveringHub();
  hub.publish("nothing");
  expect(hub.fake.hub.recovery!.bytes).toBe(0);
});
