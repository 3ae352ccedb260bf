import { expect, test } from "bun:test";
import { TurnBudget } from "../../../../src/hub/connections/turn-budget.ts";

/** A budget with shares of three, whose turns end when the test says so. */
function newBudget(): {
  readonly endTurn: () => void;
  readonly refused: (from: string, count: number) => number;
} {
  const ends: Array<() => void> = [];
  const budget = new TurnBudget(512, 3, (then) => ends.push(then));
  return {
    endTurn: () => ends.splice(0).forEach((end) => end()),
    /** How many of so many are refused. */
    refused: (from, count) =>
      Array.from({ length: count }, () => budget.isCrowded() && budget.exceeds(from)).filter(Boolean).length,
  };
}

test("an ordinary turn refuses nothing, however it is shared out", () => {
  const { refused } = newBudget();
  expect(refused("a", 511)).toBe(0);
});

test("in a crowded turn each connection has its share, and no more", () => {
  const { refused } = newBudget();
  refused("a", 511);
  expect(refused("a", 10)).toBe(7);
  expect(refused("b", 3)).toBe(0);
  expect(refused("b", 1)).toBe(1);
});

test("with the next turn everything begins anew", () => {
  const { refused, endTurn } = newBudget();
  refused("a", 600);
  endTurn();
  expect(refused("a", 511 + 3)).toBe(0);
  expect(refused("a", 1)).toBe(1);
  endTurn();
  expect(refused("a", 511 + 3)).toBe(0);
});
