import { describe, expect, test } from "bun:test";
import { MissedEvents } from "../../../../src/cluster/events/missed-events.ts";
import { RecentEvents } from "../../../../src/cluster/events/recent-events.ts";
import { TopicInterest } from "../../../../src/cluster/events/topic-interest.ts";
import type { ControlMessage } from "../../../../src/cluster/membership/control-message.ts";
import { ClusterCounters } from "../../../../src/monitoring/cluster-counters.ts";
import { Log } from "../../../../src/monitoring/log.ts";
import { FakeTimers } from "../../../support/recovering-page.ts";

const NEWS = "app\nnews", OTHER = "app\nother", LOGGED = "app\nlogged";

/** A node with subscribers of three topics, one of which has a log that it follows. Its time is the test's. */
class Node {
  readonly timers = new FakeTimers();
  readonly counters = new ClusterCounters();
  readonly lines: string[] = [];
  readonly asked: ControlMessage[] = [];
  readonly lacking: string[] = [];
  readonly topics = new Map([NEWS, OTHER, LOGGED].map((topic) => [topic, this.#entry(topic)]));
  readonly missed = new MissedEvents({
    interests: { find: (topic) => this.topics.get(topic) },
    logs: { follows: (topic) => topic === LOGGED, lacks: (topic) => void this.lacking.push(topic) },
    counters: this.counters,
    log: new Log("text", (line) => void this.lines.push(line.slice(24)), () => new Date()),
    monotonic: () => this.timers.now,
    timers: this.timers as never,
    send: (message) => void this.asked.push(message),
    nodeId: () => "here.1",
    noticedWithin: 2500,
  });

  /** An event of another node comes. */
  arrives(topic: string, sequence: number, origin = "there"): void {
    const entry = this.topics.get(topic)!;
    this.missed.arrives(entry, origin, sequence);
    entry.isRepeated(origin, sequence);
  }

  /** Redis goes away, and comes back after so many milliseconds. */
  outage(milliseconds = 4000, isStartedAnew = false): void {
    this.missed.away();
    this.timers.advance(milliseconds);
    this.missed.back(isStartedAnew);
    this.timers.advance(1);
  }

  #entry(topic: string): TopicInterest {
    return new TopicInterest(topic, topic, {}, () => {}, 0);
  }
}

describe("a node that had lost Redis", () => {
  test("asks what the others have published since before it noticed, at once and once more", () => {
    const node = new Node();
    node.outage();
    expect(node.asked).toEqual([{ type: "missed", node: "here.1", milliseconds: 6500 }]);
    node.timers.advance(4000);
    expect(node.asked).toHaveLength(2);
  });

  test("counts what has not come, each once, and logs it", () => {
    const node = new Node();
    node.arrives(NEWS, 7);
    node.outage();
    // 7 came before, 9 after; 8 and those of the other topic did not come.
    node.arrives(NEWS, 9);
    const answer = [[NEWS, 7, 6000], [NEWS, 8, 2000], [NEWS, 9, 0], [OTHER, 10, 1000], [
      OTHER,
      11,
      900,
    ]] as const;
    node.missed.answered("there", answer);
    node.missed.answered("there", answer);
    node.timers.advance(6000);
    expect(node.counters.dropped.missed).toBe(3);
    expect(node.lines).toEqual([
      "warning 3 events were lost for clients of this node: " +
      "other nodes published while this one could not reach Redis (events=3)",
    ]);
  });

  test("does not count what comes behind the answer", () => {
    const node = new Node();
    node.outage();
    node.missed.answered("there", [[NEWS, 1, 1000]]);
    node.arrives(NEWS, 1);
    node.timers.advance(6000);
    expect(node.counters.dropped.missed).toBe(0);
    expect(node.lines).toEqual([]);
  });

  test("does not count topics without subscribers here, those with a log, and events from before the subscription", () => {
    const node = new Node();
    node.topics.set(OTHER, new TopicInterest(OTHER, OTHER, {}, () => {}, node.timers.now / 1000 + 3));
    node.topics.get(NEWS)!.linger(1);
    node.outage();
    node.missed.answered("there", [["app\nunknown", 1, 10], [LOGGED, 2, 10], [NEWS, 3, 10], [
      OTHER,
      4,
      2000,
    ]]);
    node.timers.advance(6000);
    expect(node.counters.dropped.missed).toBe(0);
  });

  test("counts what is missing in a log that a Redis which was started anew may have lost, once the log was read", () => {
    for (const isStartedAnew of [true, false]) {
      const node = new Node();
      node.outage(4000, isStartedAnew);
      node.missed.answered("there", [[LOGGED, 1, 1000], [LOGGED, 2, 1000]]);
      node.timers.advance(1000);
      expect(node.lacking).toEqual([]);
      // The log has one of them.
      node.arrives(LOGGED, 1);
      node.timers.advance(3000);
      node.missed.answered("there", [[LOGGED, 1, 5000], [LOGGED, 2, 5000]]);
      node.timers.advance(6000);
      expect([node.lacking, node.counters.dropped.missed]).toEqual(isStartedAnew ? [[LOGGED], 1] : [[], 0]);
    }
  });

  test("takes an outage soon after another for the same, and counts nothing without one", () => {
    const node = new Node();
    node.missed.answered("there", [[NEWS, 1, 10]]);
    node.outage();
    node.outage(1000);
    expect(node.asked.at(-1)).toMatchObject({ milliseconds: 7501 });
    node.missed.answered("there", [[NEWS, 2, 3000]]);
    node.timers.advance(6000);
    expect(node.counters.dropped.missed).toBe(1);
  });
});

describe("what a node has published last", () => {
  test("is known with topic, number and age, without what nodes send each other", () => {
    let now = 100;
    const recent = new RecentEvents(() => now);
    recent.published(NEWS, 1);
    now += 10;
    recent.published("#recovery\napp\n", 2);
    recent.published("#console\napp\n", 3);
    recent.published(OTHER, 4);
    now += 1;
    expect(recent.within(5000)).toEqual([[OTHER, 4, 1000]]);
    expect(recent.within(20_000)).toEqual([[NEWS, 1, 11_000], [OTHER, 4, 1000]]);
  });

  test("is bounded", () => {
    const recent = new RecentEvents(() => 1);
    for (let sequence = 1; sequence <= 10_005; sequence++) recent.published(NEWS, sequence);
    const kept = recent.within(1000);
    expect(kept).toHaveLength(10_000);
    expect(kept[0]).toEqual([NEWS, 6, 0]);
    expect(kept.at(-1)).toEqual([NEWS, 10_005, 0]);
  });
});
