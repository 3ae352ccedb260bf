import { expect, test } from "bun:test";
import type { Timers } from "../../../src/failures/timers.ts";
import { RunningCalls } from "../../../src/http/running-calls.ts";

/** Timers of which none is ever due; the turn ends at once. */
const NEVER_DUE: Timers = {
  after: () => () => {},
  every: () => () => {},
  nextTurn: (then) => then(),
};

test("a call that never ends is waited for, until the stop is hurried", async () => {
  const calls = new RunningCalls(NEVER_DUE), hurry = new AbortController();
  void calls.track(new Promise<Response>(() => {}));
  let isOver = false;
  const settled = calls.settled(5000, hurry.signal).then(() => isOver = true);
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  expect(isOver).toBe(false);
  hurry.abort();
  await settled;
});

test("calls that run are waited for, and those that come later are not", async () => {
  const calls = new RunningCalls(NEVER_DUE), first = Promise.withResolvers<Response>();
  void calls.track(first.promise);
  const settled = calls.settled(5000, new AbortController().signal);
  void calls.track(new Promise<Response>(() => {}));
  first.resolve(new Response());
  await settled;
});
