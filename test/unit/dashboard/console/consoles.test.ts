import { afterEach, describe, expect, test } from "bun:test";
import { Consoles } from "../../../../src/dashboard/console/consoles.ts";
import { KEPT_ACTIVITIES, KEPT_REFUSALS } from "../../../../src/dashboard/console/recent-activities.ts";
import type { EntryBatch } from "../../../../src/dashboard/wire.ts";
import { isConsoleTopic } from "../../../../src/hub/channels/topic.ts";
import type { Cluster } from "../../../../src/hub/cluster/cluster.ts";
import { SoloCluster } from "../../../../src/hub/cluster/solo-cluster.ts";
import { ActivityFeed } from "../../../../src/hub/monitor/activity-feed.ts";
import { ReceiveFromCluster } from "../../../../src/hub/receive-from-cluster.ts";
import { FakeHub } from "../../../support/fake-hub.ts";
import { eventually } from "../../../support/eventually.ts";

/** A node with a dashboard. On the topics that nodes listen to they reach each other at once. */
class Node {
  readonly fake: FakeHub;
  readonly consoles: Consoles;
  readonly shown: EntryBatch[] = [];
  readonly topics = new Set<string>();
  /** Messages to the other nodes. */
  readonly sent: string[] = [];
  now = 1000;
  /** Subscriptions to each channel on the other nodes; `undefined` while they cannot be asked. */
  elsewhere: number | undefined = 0;
  /** Whether it is with the others. */
  isShared: boolean;

  constructor(name: string, all?: Node[], isShared = true) {
    this.isShared = isShared;
    const solo = new SoloCluster(() => receiver);
    const cluster: Cluster = all === undefined ? solo : Object.defineProperties({
      ...solo,
      interest: {
        listen: (topic, _interest, ready) => (this.topics.add(topic), ready()),
        release: (topic) => void this.topics.delete(topic),
      },
      events: {
        publish: (topic: string, frame: string) => {
          if (isConsoleTopic(topic)) this.sent.push(frame);
          for (const other of all) if (other !== this) other.hear(topic, frame);
        },
        publishCached() {},
        confirmed: () => undefined,
      },
    } as Cluster, {
      isShared: { get: () => this.isShared },
      questions: {
        get: () =>
          this.elsewhere === undefined ? undefined : { subscriptions: () => Promise.resolve(this.elsewhere) },
      },
    });
    this.fake = new FakeHub({}, cluster);
    const { hub, monitor } = this.fake;
    this.consoles = new Consoles({
      cluster,
      feed: new ActivityFeed(monitor),
      hubs: () => [hub],
      hubById: (id) => id === hub.application.id ? hub : undefined,
      others: () => (all?.length ?? 1) - 1,
      ...{ now: () => this.now, monotonic: () => this.now },
      place: () => ({ origin: name, node: all === undefined ? undefined : name }),
      show: (_hub, batch) => this.shown.push(batch),
    });
    const receiver = new ReceiveFromCluster(
      { byId: () => hub },
      (topic, text) => this.consoles.receive(topic, text),
    );
    this.hear = (topic, frame) => {
      if (this.topics.has(topic)) receiver.event(topic, frame, undefined);
    };
    all?.push(this);
    this.consoles.start();
    started.push(this.consoles);
  }

  readonly hear: (topic: string, frame: string) => void;

  event(event: string, receivers = 0, data = "x"): void {
    this.fake.monitor.apiEvent(
      this.fake.hub.application,
      "orders",
      event,
      JSON.stringify(data),
      receivers,
      undefined,
    );
  }

  refuse(detail: string): void {
    this.fake.monitor.refused({ reason: "rate_limited", detail, application: this.fake.hub.application.id });
  }

  open(): void {
    this.shown.push({ entries: this.consoles.history(this.fake.hub), dropped: 0 });
    this.consoles.opened(this.fake.hub);
  }

  /** The events that were shown, each once. */
  seen(): string[] {
    const byId = new Map(this.shown.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry]));
    return Array.from(
      byId.values(),
      ({ event, receivers, isOnlyHere, node }) =>
        `${node === undefined ? "" : `${node}: `}${event} ${receivers}${isOnlyHere ? " here" : ""}`,
    );
  }
}

const started: Consoles[] = [];
afterEach(() => {
  for (const each of started.splice(0)) each.stop();
});

describe("the console of a node that is alone", () => {
  test("shows a new page what has happened before, and how many got each event", async () => {
    const node = new Node("a");
    node.event("First", 3);
    node.open();
    node.event("Second");
    await eventually(() => node.seen(), (seen) => seen.length === 2);
    expect(node.seen()).toEqual(["First 3", "Second 0"]);
    expect(node.sent).toEqual([]);
  });

  test("keeps a bounded number of entries and of characters, and refusals besides", () => {
    const node = new Node("a"), history = () => node.consoles.history(node.fake.hub);
    node.refuse("an early one");
    for (let number = 0; number < 5000; number++) node.event(`E${number}`);
    const [first, ...rest] = history();
    expect(first?.detail).toContain("an early one");
    expect(rest.map(({ event }) => event)).toEqual(
      Array.from({ length: KEPT_ACTIVITIES }, (_, at) => `E${5000 - KEPT_ACTIVITIES + at}`),
    );
    for (let number = 0; number < 500; number++) node.refuse(`number ${number}`);
    expect(history().length).toBeLessThanOrEqual(KEPT_ACTIVITIES + KEPT_REFUSALS);
    for (let number = 0; number < 500; number++) node.event(`Large${number}`, 0, "y".repeat(100_000));
    const large = history();
    expect(large.at(-1)).toMatchObject({ event: "Large499", payloadLength: 100_000 });
    expect(JSON.stringify(large).length).toBeLessThan(400_000);
  });

  test("shows what belongs to no application where there is only one", () => {
    const node = new Node("a");
    node.fake.monitor.refused({ reason: "unknown_application", detail: "no such key" });
    expect(node.consoles.history(node.fake.hub)).toMatchObject([{
      kind: "refused",
      reason: "unknown_application",
    }]);
  });
});

describe("the consoles of several nodes", () => {
  test("an open page shows what happens on all of them, and what has happened before", async () => {
    const all: Node[] = [], [one, other] = [new Node("a", all), new Node("b", all)];
    other.elsewhere = 2;
    one.event("Here", 1);
    other.event("There", 1);
    // The second in which the other nodes are asked how many subscribers they have.
    for (const node of all) node.consoles.tick(false);
    expect(one.sent).toEqual([]);
    await Promise.resolve();
    one.open();
    await eventually(() => one.seen(), (seen) => seen.length === 2);
    other.event("Later", 5);
    one.event("Own", 0);
    await eventually(() => one.seen(), (seen) => seen.length === 4);
    expect(one.seen().sort()).toEqual(["a: Here 1", "a: Own 0", "b: Later 7", "b: There 3"]);
    expect(other.shown).toEqual([]);
  });

  test("nothing is sent while no page is open, nor after a while without a word of one", async () => {
    const all: Node[] = [], [one, other] = [new Node("a", all), new Node("b", all)];
    one.open();
    other.event("Watched");
    await eventually(() => one.seen(), (seen) => seen.length === 1);
    other.now += 15_000;
    one.consoles.tick(true);
    other.now += 15_000;
    other.event("Still watched");
    await eventually(() => one.seen(), (seen) => seen.length === 2);
    one.consoles.closed(one.fake.hub);
    other.now += 25_000;
    const { length } = other.sent;
    other.event("Unwatched");
    other.consoles.tick(true);
    await Promise.resolve();
    expect(other.sent).toHaveLength(length);
    expect(one.topics.size).toBe(1);
  });

  test("while the others cannot be asked, an entry says that it counts one node, and nothing waits for them", async () => {
    const all: Node[] = [], [one, other] = [new Node("a", all), new Node("b", all)];
    one.open();
    other.elsewhere = one.elsewhere = undefined;
    one.event("Alone", 2);
    await eventually(() => one.seen(), (seen) => seen.length === 1);
    expect(one.seen()).toEqual(["a: Alone 2 here"]);
    const { length } = one.sent;
    one.consoles.tick(true);
    expect(one.sent).toHaveLength(length);
    // Once they are back, it is sent what has happened there meanwhile.
    other.event("Meanwhile", 1);
    await eventually(() => [other.consoles.history(other.fake.hub).length], ([count]) => count === 1);
    other.elsewhere = one.elsewhere = 0;
    one.consoles.tick(true);
    expect(one.seen()).toEqual(["a: Alone 2 here", "b: Meanwhile 1 here"]);
  });

  test("a node that meets the others later is shown and sends everything from then on", async () => {
    const all: Node[] = [], [one, other] = [new Node("a", all, false), new Node("b", all, false)];
    one.open();
    other.event("Before", 1);
    other.consoles.tick(false);
    for (const node of [other, one]) {
      node.isShared = true;
      node.consoles.bring();
    }
    await eventually(() => one.seen(), (seen) => seen.length === 1);
    other.event("After");
    await eventually(() => one.seen(), (seen) => seen.length === 2);
    expect(one.seen()).toEqual(["b: Before 1", "b: After 0"]);
    one.consoles.stop();
    expect(one.topics.size).toBe(0);
  });

  test("messages that are none are dropped, and entries of a wrong form", () => {
    const all: Node[] = [], [one] = [new Node("a", all)], id = one.fake.hub.application.id;
    one.open();
    const { length } = one.shown;
    for (
      const text of ["", "x", "[]", "{}", '{"type":"watch","application":7,"most":1}', '{"type":"entries"}']
    ) {
      one.hear(`#console\n${id}\n`, text);
      one.hear("#console\n\n", text);
    }
    expect(one.shown).toHaveLength(length);
    const entries = [{ kind: "api-event", at: 1 }, { kind: "api-event", id: "x", at: 1, event: {} }, {
      kind: "evil",
      id: "x",
      at: 1,
    }, { kind: "api-event", id: "b:1", at: 1, event: "E", receivers: -1, other: "left out" }];
    one.hear(`#console\n${id}\n`, JSON.stringify({ type: "entries", entries, dropped: 0 }));
    expect(JSON.parse(JSON.stringify(one.shown.at(-1)?.entries))).toEqual([
      { kind: "api-event", id: "b:1", at: 1, event: "E" },
    ]);
  });
});
