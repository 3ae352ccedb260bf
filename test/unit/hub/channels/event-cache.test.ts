import { expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import { CACHE_SECONDS, EventCache } from "../../../../src/hub/channels/event-cache.ts";

/** A cache with a clock that a test sets. */
function newCache(
  maxEvents = 100,
  maxBytes = 10_000,
): { readonly cache: EventCache; readonly clock: { now: number } } {
  const clock = { now: 1 };
  return { cache: new EventCache({ maxEvents, maxBytes }, () => clock.now), clock };
}

test("the last event of a topic is kept for thirty minutes", () => {
  const { cache, clock } = newCache();
  cache.put("a", "first");
  cache.put("a", "second");
  expect([cache.get("a"), cache.get("b"), cache.size]).toEqual(["second", undefined, 1]);
  clock.now += CACHE_SECONDS - 1;
  expect(cache.get("a")).toBe("second");
  clock.now++;
  expect(cache.get("a")).toBeUndefined();
  expect(cache.size).toBe(0);
});

test("reading does not prolong the thirty minutes, publishing again does", () => {
  const { cache, clock } = newCache();
  cache.put("read", "x");
  cache.put("written", "x");
  clock.now += CACHE_SECONDS - 1;
  cache.get("read");
  cache.put("written", "y");
  clock.now += CACHE_SECONDS - 1;
  expect([cache.get("read"), cache.get("written")]).toEqual([undefined, "y"]);
});

test("with too many events those published longest ago are dropped", () => {
  const { cache } = newCache(2);
  cache.put("a", "1");
  cache.put("b", "2");
  cache.put("a", "3");
  cache.put("c", "4");
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["3", undefined, "4"]);
});

test("with too many bytes, two a character, the events published longest ago are dropped", () => {
  const { cache } = newCache(100, 20);
  cache.put("a", "12345");
  cache.put("b", "12345");
  expect(cache.size).toBe(2);
  cache.put("c", "1");
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([undefined, "12345", "1"]);
});

test("sweeping drops what is too old, and nothing else", () => {
  const { cache, clock } = newCache();
  cache.put("a", "x");
  clock.now += 10;
  cache.put("b", "x");
  clock.now += CACHE_SECONDS - 10;
  cache.sweep();
  expect([cache.size, cache.get("b")]).toEqual([1, "x"]);
  clock.now += 10;
  cache.sweep();
  expect(cache.size).toBe(0);
});

test("an event too large to be kept drops the event before it, which is not the last one any more", () => {
  const { cache } = newCache(100, 20);
  cache.put("a", "old");
  cache.put("a", "x".repeat(11));
  expect(cache.get("a")).toBeUndefined();
});

test("an event too large to be kept leaves the other channels' events alone", () => {
  const { cache } = newCache(100, 20);
  cache.put("b", "kept");
  cache.put("a", "x".repeat(11));
  expect(cache.get("b")).toBe("kept");
});

test("the cache agrees with a model for any puts at any times, and keeps its bounds", () => {
  const topic = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ type: fc.constant("put" as const), topic, frame: fc.string({ maxLength: 12 }) }),
    fc.record({ type: fc.constant("pass" as const), seconds: fc.integer({ min: 0, max: CACHE_SECONDS }) }),
    fc.record({ type: fc.constant("sweep" as const) }),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(step, { maxLength: 40 }),
      (maxEvents, maxBytes, steps) => {
        const { cache, clock } = newCache(maxEvents, maxBytes);
        let model: { topic: string; frame: string; at: number }[] = [];
        const bytes = (): number => model.reduce((sum, { frame }) => sum + 2 * frame.length, 0);
        for (const action of steps) {
          if (action.type === "pass") clock.now += action.seconds;
          else if (action.type === "sweep") {
            cache.sweep();
            model = model.filter(({ at }) => clock.now < at + CACHE_SECONDS);
            expect(cache.size).toBe(model.length);
          } else {
            model = model.filter((each) => each.topic !== action.topic);
            cache.put(action.topic, action.frame);
            if (2 * action.frame.length <= maxBytes) {
              model.push({ topic: action.topic, frame: action.frame, at: clock.now });
              while (model.length > maxEvents || bytes() > maxBytes) model.shift();
            }
          }
          expect(cache.size).toBeLessThanOrEqual(maxEvents);
        }
        for (const each of ["a", "b", "c", "d"]) {
          const known = model.find((event) => event.topic === each);
          const expected = known !== undefined && clock.now < known.at + CACHE_SECONDS
            ? known.frame
            : undefined;
          expect(cache.get(each)).toBe(expected!);
        }
      },
    ),
    { numRuns: 300 },
  );
});
