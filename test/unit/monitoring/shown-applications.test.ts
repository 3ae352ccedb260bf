import { expect, test } from "bun:test";
import { ApplicationCounters, ClientCounters } from "../../../src/monitoring/application-counters.ts";
import { OTHER, ShownApplications } from "../../../src/monitoring/metrics/shown-applications.ts";

/** Applications with numbers of connections, and what a page shows of them. */
class Stage {
  readonly counters = new Map<string, ApplicationCounters>();
  readonly connections = new Map<string, number>();
  readonly shown: ShownApplications;

  constructor(most: number) {
    this.shown = new ShownApplications({
      most,
      counters: this.counters,
      states: () =>
        Array.from(this.counters.keys(), (id) => ({
          id,
          connections: this.connections.get(id) ?? 0,
          channels: [{ kind: { access: "public", cached: false } as never, subscriptionCount: 1 }],
          presenceMembers: () => 2,
        })),
    });
  }

  add(id: string, connections: number, connects: number): void {
    const counters = new ApplicationCounters();
    counters.connects = connects;
    this.counters.set(id, counters);
    this.connections.set(id, connections);
  }

  /** What is shown: the connects by label. */
  connects(): Record<string, number> {
    return Object.fromEntries(Array.from(this.shown.look().counters, ([id, { connects }]) => [id, connects]));
  }
}

test("as long as there are few, each has its own series and there is no other", () => {
  const stage = new Stage(2);
  stage.add("a", 1, 10);
  stage.add("b", 2, 20);
  expect(stage.connects()).toEqual({ a: 10, b: 20 });
  expect(stage.shown.look().states.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("of many the busiest have their own, and the others are added up", () => {
  const stage = new Stage(2);
  for (const [id, connections] of [["a", 1], ["b", 20], ["c", 5], ["d", 30]] as const) {
    stage.add(id, connections, connections);
  }
  expect(stage.connects()).toEqual({ b: 20, d: 30, [OTHER]: 6 });
  const others = stage.shown.look().states.find(({ id }) => id === OTHER)!;
  expect([others.connections, [...others.channels].length, others.presenceMembers()]).toEqual([6, 2, 4]);
});

test("a place on the list is kept until another one is much busier", () => {
  const stage = new Stage(1);
  stage.add("a", 10, 0);
  stage.add("b", 1, 0);
  expect(Object.keys(stage.connects())).toEqual(["a", OTHER]);
  stage.connections.set("b", 20);
  expect(Object.keys(stage.connects())).toEqual(["a", OTHER]);
  stage.connections.set("b", 21);
  expect(Object.keys(stage.connects())).toEqual(["b", OTHER]);
});

test("the sum of the others never goes down, and does not jump: over changes of the list, and applications that are forgotten", () => {
  const stage = new Stage(1);
  stage.add("a", 10, 100);
  stage.add("b", 1, 5);
  stage.add("c", 0, 7);
  expect(stage.connects()).toEqual({ a: 100, [OTHER]: 12 });
  // b gets its own series: what it has counted stays in the sum.
  stage.connections.set("b", 50);
  stage.counters.get("b")!.connects = 8;
  expect(stage.connects()).toEqual({ b: 8, [OTHER]: 15 });
  // a is one of the others now: only what it counts from now on is added.
  stage.counters.get("a")!.connects = 101;
  expect(stage.connects()).toEqual({ b: 8, [OTHER]: 16 });
  // c is forgotten, and comes back with counters that begin at nothing.
  stage.counters.delete("c");
  expect(stage.connects()).toEqual({ b: 8, [OTHER]: 16 });
  stage.add("c", 0, 3);
  expect(stage.connects()).toEqual({ b: 8, [OTHER]: 19 });
  // b is forgotten: its series ends, and its place goes to the busiest.
  stage.counters.delete("b");
  expect(stage.connects()).toEqual({ a: 101, [OTHER]: 19 });
});

test("every count is added: refusals, traffic, recovery, webhooks", () => {
  const stage = new Stage(1);
  stage.add("a", 10, 0);
  for (const id of ["b", "c"]) {
    stage.add(id, 0, 0);
    const counters = stage.counters.get(id)!;
    counters.refusals.set("over_quota", 2);
    counters.received.ping.messages = 3;
    counters.sent.channel.bytes = 4;
    counters.disconnects.lost = 5;
  }
  const { counters } = stage.shown.look(), others = counters.get(OTHER)!;
  expect([
    others.refusals.get("over_quota"),
    others.received.ping.messages,
    others.sent.channel.bytes,
    others.disconnects.lost,
  ]).toEqual([4, 6, 8, 10]);
});

test("adding up applications that have had no clients makes no counts for clients in them", () => {
  const stage = new Stage(1);
  for (const id of ["a", "b", "c"]) stage.add(id, 0, 0);
  const { counters } = stage.shown.look();
  expect(Array.from(stage.counters.values(), (each) => each.hasClientCounts)).toEqual([false, false, false]);
  expect([counters.get(OTHER)!.messagesReceived, counters.get(OTHER)!.messagesSent]).toEqual([0, 0]);
});

test("no field of the counters is forgotten in the sum", () => {
  // A field that is added to the class has to be added here and in addCounters.
  const fields = [...Object.keys(new ApplicationCounters()), ...Object.keys(new ClientCounters())];
  expect(fields.sort()).toEqual([
    "apiEvents",
    "claimedAlone",
    "clientEvents",
    "connects",
    "disconnects",
    "keepalivePings",
    "publishes",
    "received",
    "recovery",
    "refusals",
    "repeatedCalls",
    "sent",
    "webhooks",
  ]);
});
