import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { Keepalive, type KeepaliveEntry } from "../../../../src/hub/connections/keepalive.ts";

/** The part of a connection that the wheel knows. */
class Entry implements KeepaliveEntry {
  readonly name: string;
  readonly pingInterval: number;
  lastSeenAt = 0;
  pingedAt = 0;
  next: KeepaliveEntry | undefined = undefined;
  previous: KeepaliveEntry | undefined = undefined;

  constructor(name: string, pingInterval: number) {
    this.name = name;
    this.pingInterval = pingInterval;
  }
}

/** A wheel at second 1 that notes what it does. An expired entry is removed, as when its connection closes. */
function newWheel(start = 1): { readonly wheel: Keepalive<Entry>; readonly told: string[] } {
  const told: string[] = [];
  const wheel: Keepalive<Entry> = new Keepalive<Entry>(
    start,
    (entry) => told.push(`${wheel.now} ping ${entry.name}`),
    (entry) => told.push(`${wheel.now} expire ${entry.name}`),
  );
  return { wheel, told };
}

/** Moves the wheel on second by second. */
function run(wheel: Keepalive<Entry>, until: number): void {
  while (wheel.now < until) wheel.advance(wheel.now + 1);
}

test("a silent entry is pinged once after five sixths of its interval and given up a whole one later", () => {
  const { wheel, told } = newWheel();
  wheel.add(new Entry("a", 5));
  run(wheel, 100);
  expect(told).toEqual(["5 ping a", "10 expire a"]);
});

test("an entry that was heard of is not pinged", () => {
  const { wheel, told } = newWheel();
  const entry = new Entry("a", 5);
  wheel.add(entry);
  for (let second = 2; second < 100; second++) {
    wheel.advance(second);
    if (second % 3 === 0) entry.lastSeenAt = wheel.now;
  }
  expect(told).toEqual([]);
});

test("after an answer to a ping the interval starts again", () => {
  const { wheel, told } = newWheel();
  const entry = new Entry("a", 5);
  wheel.add(entry);
  run(wheel, 8);
  entry.lastSeenAt = wheel.now;
  run(wheel, 100);
  expect(told).toEqual(["5 ping a", "12 ping a", "17 expire a"]);
});

test("an answer within the second of the ping counts", () => {
  const { wheel, told } = newWheel();
  const entry = new Entry("a", 5);
  wheel.add(entry);
  run(wheel, 5);
  entry.lastSeenAt = wheel.now;
  run(wheel, 9);
  expect(told).toEqual(["5 ping a", "9 ping a"]);
});

test("an entry that was removed is left alone, also when it was removed twice", () => {
  const { wheel, told } = newWheel();
  const entry = new Entry("a", 5), other = new Entry("b", 5);
  wheel.add(entry);
  wheel.add(other);
  wheel.remove(entry);
  wheel.remove(entry);
  wheel.remove(new Entry("never in", 1));
  run(wheel, 6);
  expect(told).toEqual(["5 ping b"]);
});

test.each([[1, 1], [2, 1], [6, 5], [60, 50], [64, 53], [77, 64], [79, 65], [128, 106], [1000, 833], [
  86_400,
  72_000,
]])(
  "an interval of %p seconds is kept exactly: a ping after %p, the end a whole one later",
  (interval, silence) => {
    const { wheel, told } = newWheel(17);
    wheel.add(new Entry("a", interval));
    run(wheel, 17 + 2 * interval + 70);
    expect(told).toEqual([`${17 + silence} ping a`, `${17 + silence + interval} expire a`]);
  },
);

test("a leap over more than a turn checks every entry once, and time goes on from there", () => {
  const { wheel, told } = newWheel();
  const entries = Array.from({ length: 200 }, (_, index) => new Entry(`${index}`, 1 + index));
  for (const entry of entries) wheel.add(entry);
  wheel.advance(100_000);
  const pings = told.filter((each) => each.includes("ping"));
  expect(new Set(pings.map((each) => each.split(" ")[2])).size).toBe(200);
  for (const entry of entries) entry.lastSeenAt = wheel.now;
  told.length = 0;
  // All have answered: the next thing that happens to the one with the longest interval is a ping.
  run(wheel, 100_000 + 200);
  expect(told.filter((each) => each.endsWith(" 199"))).toEqual(["100166 ping 199"]);
});

test("the wheel does nothing when time stands still or goes back", () => {
  const { wheel, told } = newWheel(10);
  wheel.add(new Entry("a", 1));
  wheel.advance(10);
  wheel.advance(3);
  expect([wheel.now, told]).toEqual([10, []]);
});

describe("callbacks can", () => {
  test("remove any entry, also one that is due in the same second", () => {
    const entries = ["a", "b", "c", "d"].map((name) => new Entry(name, 5));
    const told: string[] = [];
    const wheel: Keepalive<Entry> = new Keepalive<Entry>(1, (entry) => {
      told.push(entry.name);
      if (entry.name === "b") { for (const each of entries) wheel.remove(each); }
    }, (entry) => told.push(`expired ${entry.name}`));
    for (const entry of entries) wheel.add(entry);
    run(wheel, 200);
    expect(told).toEqual(["a", "b"]);
  });

  test("add new entries", () => {
    const told: string[] = [];
    const wheel: Keepalive<Entry> = new Keepalive<Entry>(1, (entry) => {
      told.push(`${wheel.now} ${entry.name}`);
      wheel.remove(entry);
      if (entry.name.length < 3) wheel.add(new Entry(`${entry.name}x`, 77));
    }, () => {});
    wheel.add(new Entry("x", 77));
    run(wheel, 300);
    expect(told).toEqual(["65 x", "129 xx", "193 xxx"]);
  });
});

test("the wheel agrees with a model for any connections and frames at any times", () => {
  /** The rule that the wheel implements, without a wheel. */
  class Model {
    seen: number;
    pinged: number | undefined;
    over = false;
    readonly entry: Entry;

    constructor(entry: Entry, now: number) {
      this.entry = entry;
      this.seen = now;
    }

    second(now: number): string | undefined {
      if (this.over) return undefined;
      const { name, pingInterval } = this.entry;
      if (this.pinged !== undefined && this.seen < this.pinged) {
        if (now < this.pinged + pingInterval) return undefined;
        this.over = true;
        return `${now} expire ${name}`;
      }
      if (now < this.seen + Math.max(1, Math.floor(pingInterval * 5 / 6))) return undefined;
      this.pinged = now;
      return `${now} ping ${name}`;
    }
  }

  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 40 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant("add" as const), interval: fc.integer({ min: 1, max: 150 }) }),
    },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("hear" as const), which: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("remove" as const), which: fc.nat() }) },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.array(step, { maxLength: 60 }), (start, steps) => {
      const { wheel, told } = newWheel(start);
      const models: Model[] = [];
      const expected: string[] = [];
      for (const action of steps) {
        switch (action.type) {
          case "add": {
            const entry = new Entry(`${models.length}`, action.interval);
            wheel.add(entry);
            models.push(new Model(entry, wheel.now));
            break;
          }
          case "hear": {
            const model = models[action.which % models.length];
            if (model === undefined || model.over) break;
            // A ping that was sent in this second counts as answered.
            model.entry.lastSeenAt = model.seen = wheel.now;
            break;
          }
          case "remove": {
            const model = models[action.which % models.length];
            if (model === undefined) break;
            wheel.remove(model.entry);
            model.over = true;
            break;
          }
          case "pass":
            for (let second = wheel.now + 1, end = wheel.now + action.seconds; second <= end; second++) {
              for (const model of models) expected.push(...[model.second(second) ?? []].flat());
            }
            wheel.advance(wheel.now + action.seconds);
        }
      }
      expect(told.toSorted()).toEqual(expected.toSorted());
    }),
    { numRuns: 500 },
  );
});
