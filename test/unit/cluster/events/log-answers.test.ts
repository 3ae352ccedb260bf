import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { LogAnswers } from "../../../../src/cluster/events/log-answers.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Answers, and how many events were counted as unlogged. */
function answers(): { readonly answers: LogAnswers; unlogged: number } {
  const counted = { answers: new LogAnswers((events) => counted.unlogged += events, 1000), unlogged: 0 };
  return counted;
}

/** Whether a promise has resolved by now. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => over = true);
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  return over;
}

test("a call waits for all events until then, in any order of the answers", async () => {
  const { answers: logged } = answers();
  expect(logged.all()).toBeUndefined();
  const first = logged.next(), second = logged.next(), call = logged.all()!;
  const later = logged.next();
  later(true);
  second(true);
  expect(await isOver(call)).toBe(false);
  first(true);
  expect(await isOver(call)).toBe(true);
  expect(logged.all()).toBeUndefined();
});

test("after one call that has waited in vain none waits until Redis answers", async () => {
  const counted = answers(), logged = counted.answers;
  const first = logged.next(), call = logged.all()!;
  jest.advanceTimersByTime(999);
  expect(await isOver(call)).toBe(false);
  jest.advanceTimersByTime(1);
  expect(await isOver(call)).toBe(true);
  expect(counted.unlogged).toBe(1);
  const second = logged.next();
  expect(logged.all()).toBeUndefined();
  expect(counted.unlogged).toBe(2);
  first(true);
  expect(logged.all()).toBeDefined();
  second(true);
});

test("an event that was dropped is waited for no longer, and is no answer", async () => {
  const { answers: logged } = answers();
  const first = logged.next(), call = logged.all()!;
  first(false);
  expect(await isOver(call)).toBe(true);
});
