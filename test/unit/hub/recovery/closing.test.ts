import { expect, test } from "bun:test";
import { advance, RecoveringPage, twoNodes } from "../../../support/recovering-page.ts";

test("a client that is moved to another process is known there before it is closed", () => {
  const nodes = twoNodes(), [one, other] = nodes, page = new RecoveringPage(one, ["news"]);
  page.connect();
  one.publish("news");
  page.read();
  advance(nodes, 50);
  page.read();
  expect(one.fake.hub.recovery!.closing([page.connection!])).toBe(true);
  advance(nodes, 2);
  one.publish("news");
  page.end();
  page.connect(true, other);
  // It waits for nothing: the name is not on its way.
  expect(other.fake.hub.recovery!.waitFor(page.connection!, "news")).toBeUndefined();
  advance(nodes, 300);
  page.read();
  expect(page.received.get("news")).toEqual([1, 2]);
});

test("a client that never answered is not passed on, nor one of another node", () => {
  const [one, other] = twoNodes(), page = new RecoveringPage(one, ["news"]);
  page.connect();
  expect(one.fake.hub.recovery!.closing([page.connection!])).toBe(false);
  page.read();
  expect(other.fake.hub.recovery!.closing([page.connection!])).toBe(false);
});
