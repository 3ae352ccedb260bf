import { expect, test } from "bun:test";
import { TopicInterest } from "../../../../src/cluster/events/topic-interest.ts";

function newEntry(ready: () => void = () => {}): TopicInterest {
  return new TopicInterest("app\nnews", "channel", {}, ready, 0);
}

test("calls back once, for the latest interest", () => {
  const calls: string[] = [], entry = newEntry(() => calls.push("first"));
  entry.linger(5);
  entry.becomeReady();
  entry.renew({}, () => calls.push("second"));
  entry.becomeReady();
  entry.becomeReady();
  expect([calls, entry.lingersUntil]).toEqual([["second"], undefined]);
});

test("recognises an event that a publisher sends again", () => {
  const entry = newEntry();
  expect([1, 2, 2, 1, 3].map((number) => entry.isRepeated("a", number))).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
  expect(entry.isRepeated("b", 1)).toBe(false);
});

test("does not remember more publishers than there can be", () => {
  const entry = newEntry();
  for (let process = 0; process < 1000; process++) entry.isRepeated(`${process}`, 1);
  expect(entry.isRepeated("999", 1)).toBe(true);
  expect(entry.isRepeated("0", 1)).toBe(false);
});

test("while its own event is on its way, an event that comes before it in Redis is not the last one", () => {
  const entry = newEntry();
  entry.isConfirmed = true;
  entry.awaitEvent(7);
  const lost = entry.awaitEvent(8);
  expect(entry.isLastEvent(false, 3)).toBe(false);
  expect(entry.isLastEvent(true, 7)).toBe(false);
  expect(entry.isLastEvent(true, 8)).toBe(true);
  expect(entry.isLastEvent(false, 4)).toBe(true);
  lost?.();
  const another = entry.awaitEvent(9);
  another?.();
  expect(entry.isLastEvent(false, 5)).toBe(true);
});

test("a node that does not listen waits for nothing to come back", () => {
  const entry = newEntry();
  expect(entry.awaitEvent(1)).toBeUndefined();
  expect(entry.isLastEvent(false, 1)).toBe(true);
});
