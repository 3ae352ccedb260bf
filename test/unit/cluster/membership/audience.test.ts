import { expect, test } from "bun:test";
import { Audience } from "../../../../src/cluster/membership/audience.ts";
import {
  type ControlMessage,
  readControlMessage,
} from "../../../../src/cluster/membership/control-message.ts";
import { RedisKeys } from "../../../../src/cluster/redis-keys.ts";
import { LinkDown, type RedisCommand } from "../../../../src/redis/redis-link.ts";

const ONE_SERVER = { mode: "single" } as const;

/** The control channel of a Redis, and a clock that the test moves. */
class Channel {
  now = 0;
  readonly nodes: Listener[] = [];
  #timers: { readonly at: number; readonly then: () => void }[] = [];

  readonly timers = {
    after: (milliseconds: number, then: () => void) => {
      const timer = { at: this.now + milliseconds, then };
      this.#timers.push(timer);
      return () => void (this.#timers = this.#timers.filter((each) => each !== timer));
    },
  };

  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (const { then } of this.#timers.filter(({ at }) => at <= this.now)) then();
    this.#timers = this.#timers.filter(({ at }) => at > this.now);
  }

  listener(name: string): Listener {
    const listener = new Listener(this, name);
    this.nodes.push(listener);
    return listener;
  }
}

/** A node on the channel. What it is sent waits until `hear`; its questions are executed at once, and answered with `answer`. */
class Listener {
  readonly audience: Audience;
  readonly waiting: string[] = [];
  readonly peers: string[] = [];
  isAway = false;
  #answers: (() => void)[] = [];

  constructor(channel: Channel, name: string) {
    this.audience = new Audience({
      link: {
        publishCommand: (to, payload) => ["PUBLISH", to, payload],
        run: ([command]: readonly RedisCommand[]) => {
          if (this.isAway) return Promise.reject(new LinkDown("gone"));
          const payload = (command as readonly unknown[])[2] as string;
          const reached = channel.nodes.length;
          for (const node of channel.nodes) node.waiting.push(payload);
          return new Promise((resolve) => this.#answers.push(() => resolve([reached])));
        },
      },
      keys: new RedisKeys("test:", 0),
      processId: name,
      nodeId: () => `${name}.1`,
      peers: { ids: () => this.peers },
      monotonic: () => channel.now,
      timers: channel.timers,
      patience: { others: 3000 },
      fault: (fault) => {
        throw fault;
      },
    });
  }

  /** Takes all messages. */
  hear(): void {
    for (const payload of this.waiting.splice(0)) this.audience.heard(readControlMessage(payload)!);
  }

  /** Takes all answers of Redis. */
  async answer(): Promise<void> {
    for (const answer of this.#answers.splice(0)) answer();
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** It listens, all that it waits for has come, and it is known where no other node has to answer. */
  async comes(): Promise<void> {
    this.audience.comes(ONE_SERVER);
    void this.audience.arrive();
    await this.audience.gather(0);
    await this.answer();
    this.hear();
  }
}

test("a node that Redis counts alone is alone, once its question has come back, for a second and a half", async () => {
  const channel = new Channel(), node = channel.listener("a");
  node.audience.comes(ONE_SERVER);
  await node.audience.gather(0);
  await node.answer();
  expect(node.audience.isAlone).toBe(false);
  node.hear();
  expect(node.audience.isAlone).toBe(true);
  channel.pass(1499);
  expect(node.audience.isAlone).toBe(true);
  channel.pass(1);
  expect(node.audience.isAlone).toBe(false);
  void node.audience.ask();
  node.hear();
  expect(node.audience.isAlone).toBe(false);
  await node.answer();
  expect(node.audience.isAlone).toBe(true);
});

test("the time counts from the question, not from its answer", async () => {
  const channel = new Channel(), node = channel.listener("a");
  node.audience.comes(ONE_SERVER);
  await node.audience.gather(0);
  node.hear();
  channel.pass(1400);
  await node.answer();
  expect(node.audience.isAlone).toBe(true);
  channel.pass(100);
  expect(node.audience.isAlone).toBe(false);
});

test("a node is not alone while others listen, are known to be alive, or have sent something meanwhile", async () => {
  const channel = new Channel(), node = channel.listener("a");
  channel.listener("b");
  await node.comes();
  expect(node.audience.isAlone).toBe(false);
  channel.nodes.pop();
  node.peers.push("b.1");
  void node.audience.ask();
  await node.answer();
  node.hear();
  expect(node.audience.isAlone).toBe(false);
  node.peers.pop();
  void node.audience.ask();
  // Behind the count of Redis, before its answer.
  node.audience.heard({ type: "present", node: "c.1" });
  node.hear();
  await node.answer();
  expect(node.audience.isAlone).toBe(false);
  void node.audience.ask();
  await node.answer();
  node.hear();
  expect(node.audience.isAlone).toBe(true);
  node.audience.heard({ type: "present", node: "c.1" });
  expect(node.audience.isAlone).toBe(false);
});

test("in a Redis Cluster no node is alone, and none waits", async () => {
  const channel = new Channel(), node = channel.listener("a");
  node.audience.comes({ mode: "cluster" });
  await node.audience.arrive();
  await node.audience.gather(0);
  await node.answer();
  node.hear();
  expect([node.audience.isAlone, node.audience.isKnown, node.audience.isOneServer]).toEqual([
    false,
    true,
    false,
  ]);
});

test("a node is known once each other node has answered, and those are not alone from before their answer on", async () => {
  const channel = new Channel(), one = channel.listener("a");
  await one.comes();
  expect([one.audience.isAlone, one.audience.isKnown]).toEqual([true, true]);
  const other = channel.listener("b"), order: string[] = [];
  other.audience.comes(ONE_SERVER);
  other.audience.whenKnown(() => order.push("known"));
  void other.audience.arrive();
  await other.answer();
  other.hear();
  expect([one.audience.isAlone, order]).toEqual([true, []]);
  one.hear();
  expect([one.audience.isAlone, order]).toEqual([false, []]);
  other.hear();
  expect(order).toEqual(["known"]);
  other.audience.whenKnown(() => order.push("at once"));
  expect(order).toEqual(["known", "at once"]);
});

test("the answers may come before the count of Redis", async () => {
  const channel = new Channel(), one = channel.listener("a"), other = channel.listener("b");
  await one.comes();
  other.audience.comes(ONE_SERVER);
  void other.audience.arrive();
  one.hear();
  other.hear();
  expect(other.audience.isKnown).toBe(false);
  await other.answer();
  expect(other.audience.isKnown).toBe(true);
});

test("a node that does not answer is waited for until it cannot hold itself for alone any more", async () => {
  const channel = new Channel(), frozen = channel.listener("a");
  await frozen.comes();
  // It asks at the last moment before the other one listens.
  void frozen.audience.ask();
  await frozen.answer();
  frozen.hear();
  const other = channel.listener("b");
  other.audience.comes(ONE_SERVER);
  void other.audience.arrive();
  await other.answer();
  other.hear();
  channel.pass(1499);
  expect([frozen.audience.isAlone, other.audience.isKnown]).toEqual([true, false]);
  channel.pass(1);
  expect([frozen.audience.isAlone, other.audience.isKnown]).toEqual([false, false]);
  channel.pass(100);
  expect(other.audience.isKnown).toBe(true);
});

test("when Redis goes away no node waits and none is alone; what was asked before counts no more", async () => {
  const channel = new Channel(), node = channel.listener("a");
  await node.comes();
  channel.listener("b");
  let calls = 0;
  node.audience.comes(ONE_SERVER);
  node.audience.whenKnown(() => calls++);
  void node.audience.arrive();
  await node.answer();
  expect(calls).toBe(0);
  node.audience.away();
  expect([calls, node.audience.isKnown, node.audience.isAlone]).toEqual([1, true, false]);
  node.isAway = true;
  await node.audience.ask();
  await node.audience.gather(1);
  node.isAway = false;
  channel.nodes.pop();
  node.audience.comes(ONE_SERVER);
  node.hear();
  expect([node.audience.isKnown, node.audience.isAlone]).toEqual([false, false]);
  // The time of the first wait must not end the second one.
  channel.pass(1000);
  channel.listener("b");
  void node.audience.arrive();
  await node.answer();
  channel.pass(1000);
  expect(node.audience.isKnown).toBe(false);
  channel.pass(600);
  expect(node.audience.isKnown).toBe(true);
});

test("messages for other nodes and other processes make no node known", async () => {
  const channel = new Channel(), node = channel.listener("a");
  channel.listener("b");
  channel.listener("c");
  node.audience.comes(ONE_SERVER);
  void node.audience.arrive();
  await node.answer();
  const heard: readonly ControlMessage[] = [
    { type: "noticed", node: "b.1", to: "x.1" },
    { type: "noticed", node: "b.1", to: "a.1" },
    { type: "noticed", node: "b.2", to: "a.1" },
    { type: "present", node: "c.1", asks: true },
  ];
  for (const message of heard) node.audience.heard(message);
  expect(node.audience.isKnown).toBe(false);
  node.audience.heard({ type: "noticed", node: "c.7", to: "a.1" });
  expect(node.audience.isKnown).toBe(true);
});
