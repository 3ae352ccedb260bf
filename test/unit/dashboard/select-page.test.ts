import { describe, expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import { selectPage } from "../../../src/dashboard/select-page.ts";

const ascending = (a: number, b: number): number => a - b;

describe("a page of a long list", () => {
  test("is the same as a slice of the whole list, sorted", async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.nat(100), { maxLength: 300 }),
      fc.nat(50),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (numbers, offset, size, divisor) => {
        const matches = (number: number): boolean => number % divisor === 0;
        const expected = numbers.filter(matches).sort(ascending);
        const page = await selectPage(numbers, { matches, order: ascending, offset, size }, async () => {});
        expect(page).toEqual({ items: expected.slice(offset, offset + size), matching: expected.length });
      },
    ));
  });

  test("yields every few thousand items, and works on a list that changes meanwhile", async () => {
    const items = new Set(Array.from({ length: 100_000 }, (_, index) => index));
    let turns = 0;
    const page = await selectPage(
      items,
      { matches: () => true, order: ascending, offset: 0, size: 3 },
      () => {
        turns++;
        items.delete(99_999 - turns);
        return Promise.resolve();
      },
    );
    expect(turns).toBeGreaterThan(40);
    expect(page.items).toEqual([0, 1, 2]);
    expect(page.matching).toBe(100_000 - turns);
  });
});
