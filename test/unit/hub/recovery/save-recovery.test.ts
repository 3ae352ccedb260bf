import { expect, test } from "bun:test";
import { RecoveringHub, RecoveringPage } from "../../../support/recovering-page.ts";

test("what one process saves is what the next one sends again, also without rewind and history", () => {
  const before = new RecoveringHub(), page = new RecoveringPage(before, ["news"]);
  page.connect();
  before.publish("news");
  page.read();
  before.advance(100);
  page.read();
  page.end();
  before.publish("news");
  const state = before.fake.hub.recovery!.save();
  const after = new RecoveringHub({}, {}, { timers: before.timers });
  expect(after.fake.hub.recovery!.load(state!)).toBe(1);
  after.advance(2000);
  page.connect(true, after);
  page.read();
  expect(page.received.get("news")).toEqual([1, 2]);
});
