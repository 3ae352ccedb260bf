import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import type { EventOrigin } from "../../../src/webhooks/event-origin.ts";
import { FairShares, type Part } from "../../../src/webhooks/fair-shares.ts";

interface Item {
  readonly origin: EventOrigin;
  readonly size: number;
}

const origin = fc.record({
  isSigned: fc.boolean(),
  address: fc.constantFrom("192.0.2.1", "192.0.2.2", "192.0.2.3"),
  connection: fc.constantFrom("1.1", "2.2", "3.3"),
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ origin, size: fc.integer({ min: 1, max: 5000 }) }) },
  { weight: 1, arbitrary: fc.constant("remove" as const) },
  { weight: 1, arbitrary: fc.constant("give up" as const) },
);

function sizeOf(items: Iterable<Item>, matches: (origin: EventOrigin) => boolean): number {
  return [...items].reduce((sum, { origin, size }) => matches(origin) ? sum + size : sum, 0);
}

test("what is given up first is the oldest of a connection with one of the largest shares, and of those without a signature", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const shares = new FairShares<Item>(), parts = new Map<Item, Part<Item>>();
      const remove = (item: Item): void => {
        shares.remove(parts.get(item)!);
        parts.delete(item);
      };
      for (const each of steps) {
        if (typeof each !== "string") {
          const item = { ...each };
          parts.set(item, shares.add(item, item.origin, item.size));
          continue;
        }
        const items = [...parts.keys()];
        if (each === "remove") {
          if (items.length > 0) remove(items[Math.floor(items.length / 2)]!);
          continue;
        }
        const open = items.filter(({ origin }) => !origin.isSigned), firstOpen = shares.firstOpenToGo;
        expect([shares.openLength, firstOpen === undefined]).toEqual([open.length, open.length === 0]);
        if (firstOpen !== undefined) expect(open).toContain(firstOpen.value);
        const first = shares.firstToGo;
        expect(first === undefined).toBe(items.length === 0);
        if (first === undefined) continue;
        const { isSigned, address, connection } = first.value.origin;
        const ofConnection = (other: EventOrigin): boolean =>
          other.isSigned === isSigned && other.address === address && other.connection === connection;
        expect(first.value).toBe(items.find(({ origin }) => ofConnection(origin))!);
        const own = sizeOf(items, ofConnection), all = sizeOf(items, () => true);
        const ownAddress = sizeOf(items, (each) => each.isSigned === isSigned && each.address === address);
        for (const { origin } of items.filter(({ origin }) => origin.isSigned === isSigned)) {
          const ofAddress = sizeOf(
            items,
            (each) => each.isSigned === isSigned && each.address === origin.address,
          );
          expect(ofAddress).toBeLessThan(2 * ownAddress);
          if (origin.address !== address) continue;
          const others = sizeOf(
            items,
            (each) =>
              each.isSigned === isSigned && each.address === address && each.connection === origin.connection,
          );
          expect(others).toBeLessThan(2 * own);
        }
        if (isSigned && items.some(({ origin }) => !origin.isSigned)) expect(own).toBeGreaterThan(all / 8);
        remove(first.value);
      }
    }),
    { numRuns: 500 },
  );
});

test("however much one client causes, others lose nothing as long as each has at most half an equal share", () => {
  const BOUND = 120;
  fc.assert(
    fc.property(
      fc.array(origin, { minLength: 1, maxLength: 6 }),
      fc.array(fc.boolean(), { minLength: 200, maxLength: 400, size: "max" }),
      fc.boolean(),
      (others, turns, isSigned) => {
        const names = new Set(others.map((each) => `${each.isSigned}${each.connection}`));
        // Each at an address of its own, but for one that has that of the attacker.
        const origins = [...names].map((name, index) => ({
          isSigned: name.startsWith("true"),
          address: `192.0.2.${index}`,
          connection: name,
        }));
        const attacker = { isSigned, address: "192.0.2.0", connection: "attacker" };
        const shares = new FairShares<Item>(), parts = new Map<Item, Part<Item>>();
        const allowance = Math.floor(BOUND / (origins.length + 1) / 2) - 1;
        const counts = new Map<string, number>();
        let turn = 0;
        for (const isOther of turns) {
          const other = origins[turn++ % origins.length]!, sent = counts.get(other.connection) ?? 0;
          const own = isOther && sent < allowance ? other : attacker;
          counts.set(own.connection, (counts.get(own.connection) ?? 0) + 1);
          const item = { origin: own, size: 100 };
          parts.set(item, shares.add(item, own, 100));
          if (parts.size <= BOUND) continue;
          const first = shares.firstToGo!;
          expect(first.connection).toBe("attacker");
          shares.remove(parts.get(first.value)!);
          parts.delete(first.value);
        }
      },
    ),
    { numRuns: 200 },
  );
});
