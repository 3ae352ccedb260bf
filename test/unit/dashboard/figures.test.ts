import { expect, test } from "bun:test";
import { Figures, REMEMBERED_SECONDS } from "../../../src/dashboard/figures.ts";
import type { NodeStanding } from "../../../src/dashboard/other-nodes.ts";
import { SAMPLE_FIELDS } from "../../../src/dashboard/wire.ts";
import { FakeHub } from "../../support/fake-hub.ts";

function setup() {
  const clock = { now: 0 }, others: NodeStanding[] = [];
  const clocks = { wallClock: () => 1_700_000_000_000 + clock.now, monotonic: () => clock.now };
  const { hub } = new FakeHub(), figures = new Figures(clocks, { others: () => others, channels: () => 4 });
  const tick = (milliseconds = 1000): void => {
    clock.now += milliseconds;
    figures.tick([hub]);
  };
  const last = (): Record<string, number> =>
    Object.fromEntries(SAMPLE_FIELDS.map((field, index) => [field, figures.last(hub)![index]!]));
  return { hub, figures, others, tick, last };
}

test("a sample counts what happened within its second", () => {
  const { hub, tick, last } = setup();
  const { counters } = hub.application;
  counters.apiEvents = 1000;
  tick();
  counters.apiEvents += 2;
  counters.clientEvents += 1;
  counters.sent.channel.messages += 50;
  counters.refusals.set("rate_limited", 4);
  tick();
  expect(last()).toMatchObject({
    at: 1_700_000_002,
    events: 3,
    sent: 50,
    received: 0,
    refused: 4,
    connections: 0,
  });
  tick();
  expect(last()).toMatchObject({ events: 0, sent: 0, refused: 0 });
});

test("what happened in the second before the first sample counts", () => {
  const { hub, tick, last } = setup();
  hub.application.counters.refusals.set("rate_limited", 4);
  tick();
  expect(last()).toMatchObject({ refused: 4 });
  tick();
  expect(last()).toMatchObject({ refused: 0 });
});

test("few refusals on other nodes add up to their number", () => {
  const { others, tick, last } = setup(), nothing = { received: 0, sent: 0, events: 0, refused: 0 };
  let sum = 0;
  for (let second = 0; second < 12; second++) {
    // A report every four seconds.
    const reports = Math.floor(second / 4);
    others[0] = { id: "b.1", connections: 1, at: reports * 4000, totals: { ...nothing, refused: reports } };
    tick();
    sum += last()["refused"]!;
  }
  expect(sum).toBe(2);
});

test("refusals that belong to no application count for the only one there is", () => {
  const { hub, tick, last } = setup(), { counters } = hub.monitor, { id } = hub.application;
  counters.applications.set(id, hub.application.counters);
  tick();
  counters.refused("unknown_application", undefined, 2);
  tick();
  expect(last()).toMatchObject({ refused: 2 });
  counters.applications.set("other", hub.application.counters);
  counters.refused("unknown_application", undefined, 3);
  tick();
  expect(last()).toMatchObject({ refused: 0 });
});

test("counts from a time in which the process was stopped are divided by that time", () => {
  const { hub, tick, last } = setup();
  tick();
  hub.application.counters.apiEvents += 100;
  tick(10_000);
  expect(last()).toMatchObject({ events: 10 });
});

test("ten minutes of samples are kept in order, and none of a removed application", () => {
  const { hub, figures, tick } = setup();
  for (let second = 0; second < REMEMBERED_SECONDS + 50; second++) tick();
  const times = figures.of(hub).map(([at]) => at!);
  expect(times).toHaveLength(REMEMBERED_SECONDS);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  figures.tick([]);
  expect(figures.of(hub)).toEqual([]);
});

test("the rates of other nodes are added: the difference of two reports by the time between them", () => {
  const { hub, figures, others, tick, last } = setup();
  const node = { id: "b.1", connections: 5 }, nothing = { received: 0, sent: 0, events: 0, refused: 0 };
  hub.application.counters.sent.channel.messages = 1;
  others[0] = { ...node, at: 10_000, totals: { ...nothing, sent: 900 } };
  tick();
  tick();
  // What it had counted before it was first heard is not of this second.
  expect(last()).toMatchObject({ connections: 5, sent: 0 });
  hub.application.counters.sent.channel.messages += 3;
  others[0] = { ...node, connections: 7, at: 12_000, totals: { ...nothing, sent: 1000, refused: 2 } };
  tick();
  expect(last()).toMatchObject({ connections: 7, sent: 53, refused: 1 });
  expect([figures.ratesOf(hub)?.sent, figures.ratesOf(hub, "b.1")?.sent]).toEqual([3, 50]);
  // It has said nothing new yet.
  tick();
  expect(last()).toMatchObject({ sent: 50 });
  others.length = 0;
  tick();
  expect(last()).toMatchObject({ connections: 0, sent: 0 });
  // A process that began anew under the same name has counted less.
  others[0] = { ...node, at: 20_000, totals: { ...nothing, sent: 8 } };
  tick();
  others[0] = { ...node, at: 21_000, totals: nothing };
  tick();
  expect(last()).toMatchObject({ sent: 0 });
});
