import { describe, expect, test } from "bun:test";
import fc from "../../../support/fast-check.ts";
import type { Activity } from "../../../../src/hub/monitor/activity-feed.ts";
import {
  isAskedFor,
  isAskedForEvent,
  matchesPattern,
  parseWatchFilter,
} from "../../../../src/process/watch/watch-filter.ts";

describe("a pattern", () => {
  test("has * for any text, also for none", () => {
    expect(matchesPattern("orders", "orders")).toBe(true);
    expect(matchesPattern("orders", "orders.7")).toBe(false);
    expect(matchesPattern("private-*.7", "private-orders.7")).toBe(true);
    expect(matchesPattern("private-*.7", "private-orders.17")).toBe(false);
    expect(matchesPattern("a*a", "a")).toBe(false);
    expect(matchesPattern("*a*", "a")).toBe(true);
    expect(matchesPattern("*\\OrderShipped", "App\\Events\\OrderShipped")).toBe(true);
    expect(matchesPattern("", "a")).toBe(false);
  });

  test("matches as a regular expression would", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", ".") });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", ".", "*") });
    fc.assert(fc.property(patterns, texts, (pattern, text) => {
      const regExp = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      expect(matchesPattern(pattern, text)).toBe(regExp.test(text));
    }));
  });
});

describe("what a watcher asks for", () => {
  const apiEvent = {
    kind: "api-event",
    channel: "news",
    event: "Shipped",
    data: '""',
    receivers: 0,
    except: "1.1",
  } as const satisfies Activity;
  const refusal = {
    reason: "not_a_member",
    detail: "no member",
    connection: "1.1",
    channel: "news",
  } as const;
  const left = { kind: "disconnected", connection: "1.1", code: 1000, reason: "client" } as const;

  test("is everything without a filter", () => {
    for (const each of [apiEvent, left, { kind: "refused", refusal }] as const) {
      expect(isAskedFor({}, each)).toBe(true);
    }
  });

  test("is what has the channel and the event", () => {
    expect(isAskedFor({ channel: "n*", event: "Shipped" }, apiEvent)).toBe(true);
    expect(isAskedFor({ channel: "orders" }, apiEvent)).toBe(false);
    expect(isAskedFor({ event: "Paid" }, apiEvent)).toBe(false);
    expect(isAskedFor({ channel: "*" }, left)).toBe(false);
    const frame = '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"news"}';
    const subscribed = { kind: "subscribed", connection: "1.1", frame } as const;
    expect(isAskedFor({ channel: "news" }, subscribed)).toBe(true);
    expect(isAskedFor({ event: "*" }, subscribed)).toBe(false);
  });

  test("is an event by its class alone, unless the pattern has a namespace", () => {
    const event = { ...apiEvent, event: "App\\Events\\OrderShipped" };
    for (const pattern of ["OrderShipped", "Order*", "App\\Events\\*", "*\\OrderShipped"]) {
      expect(isAskedFor({ event: pattern }, event)).toBe(true);
      expect(isAskedForEvent({ event: pattern }, event.event, "news")).toBe(true);
    }
    for (const pattern of ["Shipped", "Events\\OrderShipped", "OrderShipped\\"]) {
      expect(isAskedFor({ event: pattern }, event)).toBe(false);
    }
  });

  test("has refusals, unless they are about another channel or connection", () => {
    const withoutChannel = { reason: "api_unauthorized", detail: "wrong" } as const;
    expect(isAskedFor({ channel: "news", event: "Paid" }, { kind: "refused", refusal })).toBe(true);
    expect(isAskedFor({ channel: "orders" }, { kind: "refused", refusal })).toBe(false);
    expect(isAskedFor({ channel: "orders" }, { kind: "refused", refusal: withoutChannel })).toBe(true);
    expect(isAskedFor({ connection: "1.1" }, { kind: "refused", refusal })).toBe(true);
    expect(isAskedFor({ connection: "1.1" }, { kind: "refused", refusal: withoutChannel })).toBe(false);
  });

  test("is for a connection what it does, and an event that leaves it out", () => {
    expect(isAskedFor({ connection: "1.1" }, left)).toBe(true);
    expect(isAskedFor({ connection: "1.2" }, left)).toBe(false);
    expect(isAskedFor({ connection: "1.1" }, apiEvent)).toBe(true);
    expect(isAskedFor({ connection: "1.2" }, apiEvent)).toBe(false);
  });
});

test("the line of a watcher is read, and other texts are none", () => {
  expect(parseWatchFilter('{"channel":"a*","data":true,"more":1}')).toEqual({ channel: "a*", data: true });
  for (
    const text of ["", "GET / HTTP/1.1", "null", "[1", '{"channel":7}', `{"event":"${"x".repeat(5000)}"}`]
  ) {
    expect(parseWatchFilter(text)).toBeUndefined();
  }
});
