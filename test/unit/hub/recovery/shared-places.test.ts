import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { SharedPlaces } from "../../../../src/hub/recovery/shared-places.ts";

/** An event: of this node, which delivers it before it has an id, or of another. */
interface Event {
  readonly isOwn: boolean;
  /** Events that reach Redis before it, of those that are published after it. */
  readonly delay: number;
}

const events = fc.array(fc.record({ isOwn: fc.boolean(), delay: fc.nat(3) }), { maxLength: 30 });

/** The order of the events in the log that all nodes share: one of another node is delivered here when it has its id. */
function sharedOrder(all: readonly Event[]): readonly number[] {
  return all.map(({ isOwn, delay }, index) => ({ index, at: index + (isOwn ? delay + 0.5 : 0) }))
    .toSorted((left, right) => left.at - right.at).map(({ index }) => index);
}

test("never says of an event that it has arrived when it has not, and leaves none out", () => {
  fc.assert(fc.property(events, fc.nat(30), (all, seen) => {
    const places = new SharedPlaces(100), order = sharedOrder(all);
    places.begin("1-0", 100);
    // Positions are 101 and up, in the order of delivery; ids are 1-1 and up, in the order of the shared log.
    const position = (index: number): number => 101 + index;
    for (const [index, { isOwn }] of all.entries()) if (isOwn) places.published(position(index));
    const known = order.slice(0, seen);
    for (const [number, index] of known.entries()) places.append(`1-${number + 1}`, position(index));
    for (let arrived = 100; arrived <= 100 + all.length; arrived++) {
      const id = Number(places.idAt(arrived)!.slice(2));
      for (const index of known.slice(0, id)) expect(position(index)).toBeLessThanOrEqual(arrived);
      const next = known[id];
      if (next !== undefined) expect(position(next)).toBeGreaterThan(arrived);
    }
    for (let id = 0; id <= known.length; id++) {
      const from = places.positionOf(`1-${id}`, 100 + all.length)!;
      for (const index of order.slice(id)) {
        if (known.includes(index) || all[index]!.isOwn) expect(position(index)).toBeGreaterThan(from);
      }
    }
  }));
});

test("knows nothing before it has begun, after it has ended, and of what it keeps no longer", () => {
  const places = new SharedPlaces(2);
  places.append("1-1", 5);
  expect([places.head, places.idAt(9), places.positionOf("1-1", 9)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  places.begin("1-0", 5);
  for (const number of [1, 2, 3]) places.append(`1-${number}`, 5 + number);
  expect([places.idAt(5), places.idAt(6), places.idAt(8)]).toEqual([undefined, "1-1", "1-3"]);
  expect([places.positionOf("1-0", 8), places.positionOf("1-1", 8)]).toEqual([undefined, 6]);
  places.append("1-2", 9);
  expect(places.head).toBe("1-3");
  places.end();
  expect(places.idAt(9)).toBeUndefined();
});
