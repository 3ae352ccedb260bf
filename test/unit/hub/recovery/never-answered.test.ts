import { expect, test } from "bun:test";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

test("a client that was on channels and is cut before it has ever answered hears that it may miss something", () => {
  const hub = new RecoveringHub(), page = new RecoveringPage(hub, ["news"]);
  page.connect();
  page.end();
  hub.publish("news");
  page.connect();
  hub.advance(50);
  page.read();
  hub.publish("news");
  page.read();
  expect(page.received.get("news")).toEqual(["gap", 2]);
});

test("a client that was on no channel misses nothing", () => {
  const hub = new RecoveringHub(), jar = new Set<string>(), first = new RecoveringPage(hub, [], { jar });
  first.connect();
  first.end();
  const page = new RecoveringPage(hub, ["news"], { jar });
  page.connect();
  hub.advance(50);
  page.read();
  hub.publish("news");
  page.read();
  expect(page.received.get("news")).toEqual([1]);
});

test("one whose page has been there before hears it too", () => {
  const hub = new RecoveringHub(), page = new RecoveringPage(hub, ["news"]);
  for (const code of [1006, 1001]) {
    page.connect();
    page.read();
    page.end(code);
  }
  page.connect();
  page.end();
  hub.publish("news");
  page.connect();
  hub.advance(50);
  page.read();
  expect(page.received.get("news")).toEqual(["gap"]);
});
