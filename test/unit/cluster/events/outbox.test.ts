import { expect, test } from "bun:test";
import type { Answered } from "../../../../src/cluster/command-batch.ts";
import { Outbox, type OutboxLimits } from "../../../../src/cluster/events/outbox.ts";
import { ClusterCounters } from "../../../../src/monitoring/cluster-counters.ts";
import type { RedisCommand } from "../../../../src/redis/redis-link.ts";

/** An outbox whose commands the test answers. */
class Bench {
  readonly sent: { readonly text: string; readonly answered: Answered }[] = [];
  readonly counters = new ClusterCounters();
  readonly outbox: Outbox;
  now = 0;

  constructor(limits: Partial<OutboxLimits> = {}) {
    const batch = {
      add: (command: RedisCommand, answered?: Answered) => {
        this.sent.push({
          text: String("script" in command ? "" : command[2]),
          answered: answered ?? (() => {}),
        });
      },
    };
    const all = { maxEvents: 100, maxBytes: 1000, maxSeconds: 30, ...limits };
    this.outbox = new Outbox(batch, all, this.counters, () => this.now);
  }

  push(text: string, lost?: () => void): void {
    this.outbox.push(["PUBLISH", "news", text], text.length, lost);
  }

  /** What was sent since the last call. */
  texts(): string[] {
    return this.sent.splice(0).map(({ text }) => text);
  }
}

test("while Redis is there events go at once, in order, and are forgotten with its answer", () => {
  const bench = new Bench();
  bench.outbox.open();
  bench.push("a");
  bench.push("b");
  expect(bench.outbox.length).toBe(2);
  for (const { answered } of bench.sent) answered(1);
  expect([bench.texts(), bench.outbox.length, bench.counters.queued]).toEqual([["a", "b"], 0, 0]);
  expect([bench.counters.published, bench.counters.publishedBytes]).toEqual([2, 2]);
});

test("while Redis is away events wait, and go in order when it is back", () => {
  const bench = new Bench();
  bench.push("a");
  bench.push("b");
  expect([bench.texts(), bench.counters.queued]).toEqual([[], 2]);
  bench.outbox.open();
  bench.push("c");
  expect(bench.texts()).toEqual(["a", "b", "c"]);
});

test("the oldest are dropped when there are too many or too much, and counted", () => {
  const lost: string[] = [];
  const many = new Bench({ maxEvents: 2 });
  for (const text of ["a", "b", "c", "d"]) many.push(text, () => lost.push(text));
  many.outbox.open();
  expect([many.texts(), lost, many.counters.dropped.queue_full]).toEqual([["c", "d"], ["a", "b"], 2]);
  const much = new Bench({ maxBytes: 5 });
  for (const text of ["aaa", "bb", "c"]) much.push(text);
  much.outbox.open();
  expect([much.texts(), much.counters.dropped.queue_full]).toEqual([["bb", "c"], 1]);
});

test("events that have waited for too long are dropped, and no others", () => {
  const bench = new Bench({ maxSeconds: 10 });
  bench.push("a");
  bench.now = 5;
  bench.push("b");
  bench.now = 10.5;
  bench.outbox.expire();
  expect([bench.outbox.length, bench.counters.dropped.expired, bench.counters.queued]).toEqual([1, 1, 1]);
  bench.now = 15.5;
  bench.outbox.open();
  expect([bench.texts(), bench.counters.dropped.expired]).toEqual([[], 2]);
});

test("a bound of 0 lets no event wait", () => {
  const bench = new Bench({ maxEvents: 0 });
  bench.push("a");
  expect([bench.outbox.length, bench.counters.dropped.queue_full]).toEqual([0, 1]);
  bench.outbox.open();
  bench.push("b");
  expect(bench.texts()).toEqual(["b"]);
});

test("events under way when Redis went away are sent again, those that it had taken are not", () => {
  const bench = new Bench();
  bench.outbox.open();
  for (const text of ["a", "b", "c"]) bench.push(text);
  const [first, second] = bench.sent;
  first?.answered(1);
  bench.outbox.close();
  bench.texts();
  // The answer is from before the outage: it means nothing.
  second?.answered(1);
  bench.push("d");
  bench.outbox.open();
  expect(bench.texts()).toEqual(["b", "c", "d"]);
});

test("an event that is sent again may have another command, and one that only waited has not", () => {
  const bench = new Bench(), again = (): RedisCommand => ["PUBLISH", "news", "a, again"];
  const push = (text: string): void =>
    bench.outbox.push(["PUBLISH", "news", text], 1, undefined, undefined, again);
  bench.outbox.open();
  push("a");
  bench.outbox.close();
  push("b");
  bench.outbox.open();
  expect(bench.texts()).toEqual(["a", "a, again", "b"]);
});

test("in a Redis Cluster a later event may be answered first; it is not sent again", () => {
  const bench = new Bench();
  bench.outbox.open();
  for (const text of ["a", "b", "c"]) bench.push(text);
  bench.sent[1]?.answered(1);
  expect(bench.outbox.length).toBe(3);
  bench.outbox.close();
  bench.texts();
  bench.outbox.open();
  expect(bench.texts()).toEqual(["a", "c"]);
  for (const { answered } of bench.sent) answered(1);
});

test("what Redis refuses is counted, and does not hold up the rest", () => {
  const bench = new Bench(), lost: string[] = [];
  bench.outbox.open();
  bench.push("a", () => lost.push("a"));
  bench.push("b");
  const [first, second] = bench.sent;
  first?.answered(new Error("NOPERM"));
  second?.answered(1);
  expect([bench.outbox.length, bench.counters.dropped.refused, lost]).toEqual([0, 1, ["a"]]);
});

test("keeps order and count over many more events than it holds at a time", () => {
  const bench = new Bench({ maxBytes: 1e6, maxEvents: 1e6 }), sent: string[] = [];
  bench.outbox.open();
  for (let number = 0; number < 10_000; number++) {
    bench.push(`${number}`);
    if (number % 7 === 0) {
      for (const { text, answered } of bench.sent.splice(0)) {
        sent.push(text);
        answered(1);
      }
    }
  }
  for (const { text, answered } of bench.sent.splice(0)) {
    sent.push(text);
    answered(1);
  }
  expect(sent).toEqual(Array.from({ length: 10_000 }, (_, number) => `${number}`));
  expect(bench.outbox.length).toBe(0);
});

test("messages about the cluster leave behind the events that wait, and take no place of theirs", () => {
  const bench = new Bench({ maxEvents: 2 });
  for (const text of ["a", "b"]) bench.push(text);
  bench.outbox.tell(["PUBLISH", "control", "note"]);
  expect([bench.outbox.length, bench.counters.dropped.queue_full, bench.counters.published]).toEqual([
    2,
    0,
    2,
  ]);
  bench.outbox.open();
  bench.outbox.tell(["PUBLISH", "control", "another"]);
  expect(bench.texts()).toEqual(["a", "b", "note", "another"]);
});

test("a message about the cluster is sent once, and few of them wait", () => {
  const bench = new Bench();
  for (let count = 0; count < 1000; count++) bench.outbox.tell(["PUBLISH", "control", "note"]);
  bench.outbox.open();
  expect(bench.texts()).toHaveLength(200);
  bench.outbox.close();
  bench.outbox.open();
  expect(bench.texts()).toEqual([]);
});
