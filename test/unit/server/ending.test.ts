import { expect, test } from "bun:test";
import { systemTimers } from "../../../src/failures/timers.ts";
import { Ending, type EndingParts } from "../../../src/server/ending.ts";

test("webhooks leave what is reported late when members that move have settled, and before the cluster is left", async () => {
  const done: string[] = [];
  const note = (what: string) => () => {
    done.push(what);
    return Promise.resolve();
  };
  const parts = {
    hubs: [],
    calls: { stop: () => {}, settled: note("calls have settled") },
    places: { holdBack: () => {}, stopListening: () => {} },
    listener: { close: note("the listener is closed") },
    webhooks: {
      pause: () => {},
      stop: note("webhooks have ended"),
      leaveLate: note("late departures are left"),
    },
    cluster: {
      move: () => {},
      moving: { finish: note("members have settled") },
      stop: note("the cluster is left"),
    },
    dashboard: undefined,
    settings: () => ({ drainSeconds: 0 }),
    monotonic: () => 0,
    timers: {
      ...systemTimers,
      after: (_milliseconds: number, then: () => void) => systemTimers.after(0, then),
    },
    leaveRecovery: () => Promise.resolve(),
    close: () => {},
  } as unknown as EndingParts;
  const ending = new Ending(parts);
  expect(await ending.handOver(() => {})).toBe(true);
  await ending.ended;
  expect(done.filter((each) => !each.startsWith("calls"))).toEqual([
    "the listener is closed",
    "webhooks have ended",
    "members have settled",
    "late departures are left",
    "the cluster is left",
  ]);
});
