import { expect, test } from "bun:test";
import { gatherTurns } from "../../../src/cluster/gather-turns.ts";

function start() {
  let turns: (() => void)[] = [], time = 0, mayWait = true, flushes = 0;
  const gather = gatherTurns((then) => turns.push(then), () => time);
  return {
    begin: () => gather(() => flushes++, () => mayWait),
    urgent: () => void (mayWait = false),
    /** Ends a turn, so many milliseconds later; returns how often the work has been sent. */
    endTurn(milliseconds = 0): number {
      time += milliseconds;
      const over = turns;
      turns = [];
      for (const then of over) then();
      return flushes;
    },
  };
}

test("work that may wait is sent at the end of the third turn, once", () => {
  const { begin, endTurn } = start();
  begin();
  expect([endTurn(), endTurn(0.2), endTurn(0.2), endTurn()]).toEqual([0, 0, 1, 1]);
});

test("work that may not wait is sent at the end of its turn", () => {
  const { begin, urgent, endTurn } = start();
  urgent();
  begin();
  expect(endTurn()).toBe(1);
});

test("work that may wait leaves with the first that may not", () => {
  const { begin, urgent, endTurn } = start();
  begin();
  expect(endTurn()).toBe(0);
  urgent();
  expect(endTurn()).toBe(1);
});

test("nothing waits for a further turn after a millisecond", () => {
  const { begin, endTurn } = start();
  begin();
  expect(endTurn(1)).toBe(1);
  begin();
  expect([endTurn(0.5), endTurn(0.5)]).toEqual([1, 2]);
});
