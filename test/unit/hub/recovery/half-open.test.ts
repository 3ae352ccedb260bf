import { expect, test } from "bun:test";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

/** A page that is on a channel, and has answered. */
function onNews(hub: RecoveringHub, jar: Set<string>): RecoveringPage {
  const page = new RecoveringPage(hub, ["news"], { jar });
  page.connect();
  page.read();
  hub.advance(25);
  page.read();
  return page;
}

test("a client whose connection was heard a moment ago, and that the server does not know to be cut, misses nothing", () => {
  const hub = new RecoveringHub(), page = onNews(hub, new Set()), ghost = page.lose();
  hub.publish("news");
  page.connect();
  hub.publish("news");
  hub.advance(2500);
  ghost.notice();
  page.read();
  expect(page.received.get("news")).toEqual([1, 2]);
});

test("what it had answered before it was cut does not say that it is alive", () => {
  const hub = new RecoveringHub(), page = onNews(hub, new Set());
  hub.publish("news");
  hub.advance(50);
  const ghost = page.lose();
  hub.publish("news");
  page.connect();
  // The answer was on its way; the end of the connection comes behind it.
  ghost.read(2);
  ghost.end();
  hub.advance(50);
  page.read();
  expect(page.received.get("news")).toEqual([2]);
});

test("a new tab waits for the answer of one that is alive, and is sent nothing that was before it", () => {
  const hub = new RecoveringHub(), jar = new Set<string>(), first = onNews(hub, jar);
  hub.publish("news");
  const second = new RecoveringPage(hub, ["news"], { jar });
  second.connect();
  first.read();
  hub.publish("news");
  for (const page of [first, second]) page.read();
  expect([first, second].map(({ received }) => received.get("news"))).toEqual([[1, 2], [2]]);
});

test("a client without a jar that is cut again before it is known that its last connection was hears of a gap", () => {
  const hub = new RecoveringHub(), jar = new Set<string>();
  const first = new RecoveringPage(hub, ["news"], { jar, isJarless: true });
  first.connect();
  first.read();
  const ghost = first.lose();
  const second = new RecoveringPage(hub, ["news", "other"], { jar, isJarless: true });
  second.connect();
  second.read();
  hub.advance(25);
  second.read();
  hub.publish("news");
  second.end();
  hub.advance(2500);
  ghost.notice();
  const third = new RecoveringPage(hub, ["news", "other"], { jar, isJarless: true });
  third.connect();
  third.read();
  hub.publish("news");
  third.read();
  expect([third.received.get("news"), third.received.get("other")]).toEqual([["gap", 1, 2], []]);
});
