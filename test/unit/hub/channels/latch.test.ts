import { expect, test } from "bun:test";
import { Latch } from "../../../../src/hub/channels/latch.ts";

test("runs the callbacks that wait in their order, once, and later ones at once", () => {
  const latch = new Latch(), gone: string[] = [];
  latch.whenOpen(() => gone.push("a"));
  latch.whenOpen(() => {
    gone.push("b");
    latch.whenOpen(() => gone.push("within"));
  });
  expect([gone, latch.isOpen]).toEqual([[], false]);
  latch.open();
  latch.open();
  latch.whenOpen(() => gone.push("late"));
  expect([gone, latch.isOpen]).toEqual([["a", "b", "within", "late"], true]);
});
