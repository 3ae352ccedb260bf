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
