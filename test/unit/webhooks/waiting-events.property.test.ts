import { expect, test } from "bun:test";
import fc from "../../support/fast-check.ts";
import type { WaitingEvent } from "../../../src/webhooks/batch.ts";
import { WaitingEvents } from "../../../src/webhooks/waiting-events.ts";

/** The same list, written so that it walks over all events for each step. Its events have no origin, so the oldest is dropped. */
class PlainWaitingEvents {
  events: WaitingEvent[] = [];
  readonly held = new Map<string, number>();

  isFree({ key }: WaitingEvent): boolean {
    return (this.held.get(key) ?? 0) === 0;
  }

  take(most: number): readonly WaitingEvent[] {
    const taken: WaitingEvent[] = [];
    let bytes = 0;
    for (const event of this.events.filter((each) => this.isFree(each))) {
      if (taken.length === most || bytes + event.bytes > 1_048_576 && taken.length > 0) break;
      taken.push(event);
      bytes += event.bytes;
    }
    this.events = this.events.filter((each) => !taken.includes(each));
    this.hold(new Set(taken.map(({ key }) => key)));
    return taken;
  }

  hold(keys: Iterable<string>): void {
    for (const key of keys) this.held.set(key, (this.held.get(key) ?? 0) + 1);
  }

  release(keys: Iterable<string>): void {
    for (const key of keys) this.held.set(key, Math.max(0, (this.held.get(key) ?? 0) - 1));
  }

  expire(before: number): readonly WaitingEvent[] {
    const found = this.events.findIndex(({ at }) => at >= before);
    return this.events.splice(0, found < 0 ? this.events.length : found);
  }

  removeKey(key: string): readonly WaitingEvent[] {
    const removed = this.events.filter((each) => each.key === key);
    this.events = this.events.filter((each) => each.key !== key);
    return removed;
  }
}

const key = fc.constantFrom("a", "b", "c", "d"), keys = fc.uniqueArray(key, { minLength: 1 });
const bytes = fc.oneof({ weight: 5, arbitrary: fc.constant(10) }, fc.integer({ min: 1, max: 1_500_000 }));

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("push" as const), key, bytes }) },
  fc.record({ type: fc.constant("unshift" as const), keys }),
  fc.record({ type: fc.constant("take" as const), most: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ type: fc.constant("hold" as const), keys }),
  { weight: 2, arbitrary: fc.record({ type: fc.constant("release" as const), keys }) },
  fc.record({ type: fc.constant("drop" as const) }),
  fc.record({ type: fc.constant("expire" as const), age: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ type: fc.constant("remove" as const), key }),
);

test("events are taken, held back, dropped and expire as in a list that is searched from its beginning", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      const list = new WaitingEvents(), plain = new PlainWaitingEvents();
      let now = 0;
      const event = (key: string, bytes = 10): WaitingEvent => ({
        key,
        bytes,
        at: ++now,
        json: `${key}${now}`,
      });
      for (const each of steps) {
        switch (each.type) {
          case "push": {
            const pushed = event(each.key, each.bytes);
            list.push(pushed);
            plain.events.push(pushed);
            break;
          }
          case "unshift": {
            const earlier = each.keys.map((key) => event(key));
            list.unshift(earlier);
            plain.events.unshift(...earlier);
            break;
          }
          case "take":
            expect(list.take(each.most)).toEqual(plain.take(each.most));
            break;
          case "hold":
          case "release":
            list[each.type](each.keys);
            plain[each.type](each.keys);
            break;
          case "drop":
            expect(list.drop()?.event).toEqual(plain.events.shift());
            break;
          case "expire":
            expect(list.expire(now - each.age)).toEqual(plain.expire(now - each.age));
            break;
          case "remove":
            expect(list.removeKey(each.key)).toEqual(plain.removeKey(each.key));
        }
        const free = plain.events.filter((each) => plain.isFree(each));
        expect([list.length, list.free, list.since]).toEqual([plain.events.length, free.length, free[0]?.at]);
      }
      expect(list.clear()).toEqual(plain.events);
    }),
    { numRuns: 500 },
  );
});
