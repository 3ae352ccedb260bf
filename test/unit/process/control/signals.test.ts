import { expect, test } from "bun:test";
import { takenTogether } from "../../../../src/process/control/signals.ts";

/** Signals that a test sends by hand: stops that were carried out, a clock, and the end of the turn. */
function byHand() {
  const stops: string[] = [], turn: (() => void)[] = [], clock = { now: 0 };
  return {
    stops,
    clock,
    signal: takenTogether((cause) => stops.push(cause), () => clock.now, (then) => turn.push(then)),
    endTurn() {
      for (const then of turn.splice(0)) then();
    },
  };
}

test("two signals of one turn are one, also where the process stood still between them", () => {
  const { stops, clock, signal, endTurn } = byHand();
  signal("SIGINT");
  clock.now = 3000;
  signal("SIGTERM");
  endTurn();
  expect(stops).toEqual(["SIGINT"]);
});

test("a signal that comes within 200 ms of the stop is the same, a later one is a second stop", () => {
  const { stops, clock, signal, endTurn } = byHand();
  signal("SIGINT");
  clock.now = 3000;
  endTurn();
  clock.now = 3199;
  signal("SIGTERM");
  endTurn();
  expect(stops).toEqual(["SIGINT"]);
  clock.now = 3200;
  signal("SIGTERM");
  endTurn();
  expect(stops).toEqual(["SIGINT", "SIGTERM"]);
});
