import { expect, test } from "bun:test";
import type { WaitingEvent } from "../../../src/webhooks/batch.ts";
import { WaitingEvents } from "../../../src/webhooks/waiting-events.ts";

let last = 0;

function event(key: string, bytes = 10): WaitingEvent {
  return { key, bytes, at: ++last, json: `${key}${last}` };
}

function waiting(...events: WaitingEvent[]): WaitingEvents {
  const list = new WaitingEvents();
  for (const each of events) list.push(each);
  return list;
}

test("events are taken in order, and hold back others with their key until it is released", () => {
  const [a, b, a2, c] = [event("a"), event("b"), event("a"), event("c")];
  const list = waiting(a, b, a2, c);
  expect(list.take(2)).toEqual([a, b]);
  expect([list.free, list.length, list.since]).toEqual([1, 2, c.at]);
  expect(list.take(2)).toEqual([c]);
  expect([list.free, list.since, list.take(2)]).toEqual([0, undefined, []]);
  list.release(["a", "b"]);
  expect(list.take(2)).toEqual([a2]);
});

test("a key that is held twice is free after two releases", () => {
  const list = waiting(event("a"));
  list.hold(["a"]);
  list.hold(["a"]);
  list.release(["a"]);
  expect(list.free).toBe(0);
  list.release(["a"]);
  expect(list.free).toBe(1);
});

test("one request carries a megabyte at most, unless a single event is larger", () => {
  const [large, small, other] = [event("a", 2_000_000), event("b"), event("c", 1_048_570)];
  const list = waiting(large, small, other);
  expect(list.take(50)).toEqual([large]);
  expect(list.take(50)).toEqual([small]);
  expect(list.take(50)).toEqual([other]);
});

test("an event that does not fit is not overtaken by a smaller one", () => {
  const [first, large, small] = [event("a"), event("b", 1_048_576), event("b")];
  expect(waiting(first, large, small).take(50)).toEqual([first]);
});

test("of events without an origin the oldest is dropped first, also when it is held back", () => {
  const [a, b] = [event("a"), event("b")];
  const list = waiting(a, b);
  list.hold(["a"]);
  expect([list.drop()?.event, list.free]).toEqual([a, 1]);
  expect([list.drop()?.event, list.free, list.drop()]).toEqual([b, 0, undefined]);
});

test("events of an earlier server come before all others, and events that are too old are removed", () => {
  const [old, older, young] = [event("a"), event("b"), event("a")];
  const list = waiting(young);
  list.unshift([old, older]);
  expect(list.expire(young.at)).toEqual([old, older]);
  expect([list.free, list.clear(), list.length]).toEqual([1, [young], 0]);
});
