import { expect, test } from "bun:test";
import { parseMemberData } from "../../src/protocol/member-data.ts";
import { eventually } from "../support/eventually.ts";
import { type MeetingNodes, type NodeProbe, PresenceProbe } from "./cluster-probe.ts";

// What every cluster promises (src/hub/cluster/cluster.ts).

/** By what one node can see of itself. */
export function promisesToOneNode(open: () => Promise<NodeProbe>): void {
  test("is ready once it listens, and calls back once", async () => {
    await using node = await open();
    let calls = 0;
    await new Promise<void>((resolve) => {
      node.cluster.interest.listen("app\nnews", {}, () => {
        calls++;
        resolve();
      });
    });
    node.cluster.interest.release("app\nnews");
    await node.listen("app\nnews");
    expect(calls).toBe(1);
  });

  test("does not hear its own events", async () => {
    await using node = await open();
    await node.listen("app\nnews");
    node.cluster.events.publish("app\nnews", "one", undefined);
    node.cluster.events.publishCached("app\nnews", "two", undefined);
    await node.listen("app\nother");
    expect(node.events("app\nnews")).toEqual([]);
  });

  test("keeps a user present while one hold is left, and announces each change once", async () => {
    await using node = await open();
    const probe = new PresenceProbe();
    await node.listen("app\npresence-a", { presence: probe.presence });
    const first = await probe.confirmed("1"),
      second = await probe.confirmed("1"),
      other = await probe.confirmed("2");
    expect(probe.users()).toEqual(["1", "2"]);
    probe.presence.leave(first);
    probe.presence.leave(other);
    await eventually(() => probe.announced.length, (announced) => announced === 3);
    probe.presence.leave(second);
    await eventually(() => probe.users(), (users) => users.length === 0);
    expect(probe.announced).toEqual(["+1", "+2", "-2", "-1"]);
  });

  test("admits as many connections as the limit allows", async () => {
    await using node = await open();
    expect(await node.admitted("app", 1, 2)).toBe(true);
    expect(await node.admitted("app", 2, 2)).toBe(true);
    expect(await node.admitted("app", 3, 2)).toBe(false);
    // One ends, and another asks in the same turn.
    node.connected("app", 1);
    expect(await node.admitted("app", 2, 2)).toBe(true);
    expect(await node.admitted("app", 3, 2)).toBe(false);
  });

  test("announces the count of a channel to its subscribers", async () => {
    await using node = await open();
    await node.listen("app\nnews");
    node.cluster.census.announceSubscriptions("app\nnews", 3);
    await eventually(() => node.heard.length, (heard) => heard === 1);
    expect(node.heard).toEqual([{ type: "counted", topic: "app\nnews", subscriptions: 3 }]);
  });

  test("does not end its own connections of a user: that is the caller's part", async () => {
    await using node = await open();
    node.cluster.users.terminate("app", "7");
    await node.listen("app\nnews");
    expect(node.heard).toEqual([]);
  });
}

/** By what two nodes see of each other. */
export function promisesToTwoNodes(nodes: MeetingNodes): void {
  test("hears what another publishes, in order, with the socket that is left out, once it listens", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    other.cluster.events.publish("app\nnews", "too early", undefined);
    // Each node has a connection of its own, and what comes on two connections has no order.
    await other.cluster.events.confirmed();
    await one.listen("app\nnews");
    for (let number = 0; number < 500; number++) {
      other.cluster.events.publish("app\nnews", `${number}`, number % 2 === 0 ? undefined : "1.1");
    }
    await one.until("app\nnews", "499");
    expect(one.events("app\nnews")).toEqual(Array.from({ length: 500 }, (_, number) => `${number}`));
    expect(one.heard[1]).toEqual({ type: "event", topic: "app\nnews", frame: "1", except: "1.1" });
    expect(other.heard).toEqual([]);
  });

  test("counts a caller's attempts together with the others, and forgets a window that has ended", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const limit = { attempts: 3, seconds: 60, callers: 2 };
    const count = (node: NodeProbe, caller: string, seconds = 60): Promise<number> => {
      return node.cluster.attempts!.count(caller, { ...limit, seconds });
    };
    const waits = await Promise.all([one, other, one, other].map((node) => count(node, "a")));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
    const wait = await count(one, "a");
    expect([wait > 50, wait <= 60]).toEqual([true, true]);
    await other.cluster.attempts!.takeBack("a");
    expect(await count(one, "a")).toBe(0);
    expect(await count(other, "a")).toBeGreaterThan(0);
    expect(await count(other, "b")).toBe(0);
    // A third caller takes the place of the one that tried first.
    expect(await count(other, "c")).toBe(0);
    expect(await count(one, "a")).toBe(0);
    // With a window of a millisecond its beginning is soon too long ago.
    await eventually(() => count(one, "c", 0.001), (wait) => wait === 0);
    for (const caller of ["a", "b", "c"]) await one.cluster.attempts!.takeBack(caller);
  });

  test("counts API calls and sign-ins of the same name apart, with windows of their own", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const signIns = { attempts: 1, seconds: 60, callers: 10 };
    const calls = { attempts: 2, seconds: 60, callers: 10, of: "calls" } as const;
    const count = (node: NodeProbe, limit: typeof signIns): Promise<number> => {
      return node.cluster.attempts!.count("apart", limit);
    };
    expect(await count(one, signIns)).toBe(0);
    expect([await count(one, calls), await count(other, calls)]).toEqual([0, 0]);
    expect(await count(one, calls)).toBeGreaterThan(0);
    // A window of API calls that has ended takes no sign-in along.
    await eventually(() => count(other, { ...calls, seconds: 0.001 }), (wait) => wait === 0);
    expect(await count(other, signIns)).toBeGreaterThan(0);
    await one.cluster.attempts!.takeBack("apart");
  });

  test("hears nothing of topics that it has not asked for", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    await one.listen("app\nmine");
    other.cluster.events.publish("app\nother", "not mine", undefined);
    other.cluster.events.publish("app\nmine", "mine", undefined);
    await one.until("app\nmine", "mine");
    expect(one.heard).toHaveLength(1);
    expect(one.counters.received).toBe(1);
  });

  test("knows the last event of a topic when it is ready to listen, and each one after that", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    one.cluster.events.publishCached("app\ncache-a", "first", undefined);
    await one.listen("app\nbarrier");
    await eventually(() => one.cluster.questions!.cachedEvents(["app\ncache-a"]), ([e]) => e === "first");
    await other.listen("app\ncache-a", { cached: true });
    expect(other.cache.get("app\ncache-a")).toBe("first");
    one.cluster.events.publishCached("app\ncache-a", "second", undefined);
    await other.until("app\ncache-a", "second");
    expect(other.cache.get("app\ncache-a")).toBe("second");
    await one.listen("app\ncache-b", { cached: true });
    expect(one.cache.has("app\ncache-b")).toBe(false);
  });

  test("agrees with the others on the last event when two publish at once, and never goes back to an older one", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const topic = "app\ncache-a";
    await Promise.all([one, other].map((node) => node.listen(topic, { cached: true })));
    for (let round = 0; round < 200; round++) {
      for (const [name, node] of [["one", one], ["other", other]] as const) {
        // As hub/broadcast/broadcast.ts does: this node's clients have it first.
        for (const half of ["a", "b"]) {
          node.cache.set(topic, `${name} ${round}${half}`);
          node.cluster.events.publishCached(topic, `${name} ${round}${half}`, undefined);
        }
      }
      if (round % 10 === 0) await Bun.sleep(0);
    }
    for (const [node, from] of [[one, "other"], [other, "one"]] as const) {
      await node.until(topic, `${from} 199b`);
    }
    const [kept] = await one.cluster.questions!.cachedEvents([topic]);
    await eventually(() => [one, other].map((node) => node.cache.get(topic)), (both) => {
      return both.every((frame) => frame === kept);
    });
  });

  test("does not give out an older event of its own while the last one is on its way", async () => {
    await using node = await nodes.one();
    const topic = "app\ncache-a", seen: string[] = [];
    await node.listen(topic, { cached: true });
    for (const frame of ["first", "second", "third"]) {
      node.cache.set(topic, frame);
      node.cluster.events.publishCached(topic, frame, undefined);
    }
    const { cache } = node, set = cache.set.bind(cache);
    cache.set = (key, frame) => (seen.push(frame), set(key, frame));
    await node.listen("app\nbarrier", { cached: true });
    await eventually(() => node.cluster.questions!.cachedEvents([topic]), ([frame]) => frame === "third");
    await node.listen("app\nbarrier too", { cached: true });
    expect(seen.filter((frame) => frame !== "third")).toEqual([]);
    expect(cache.get(topic)).toBe("third");
  });

  test("announces the members of all nodes: the first join of a user, and the last leave", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const here = new PresenceProbe(), there = new PresenceProbe(), topic = "app\npresence-a";
    await Promise.all([
      one.listen(topic, { presence: here.presence }),
      other.listen(topic, { presence: there.presence }),
    ]);
    const first = await here.confirmed("1");
    const second = await there.confirmed("1");
    expect(there.users()).toEqual(["1"]);
    await there.confirmed("2");
    here.presence.leave(first);
    await eventually(() => here.users(), (users) => users.length === 2);
    expect(await one.cluster.questions!.users(topic)).toEqual(['"1"', '"2"']);
    const members = await one.cluster.questions!.members(topic);
    expect(members.map(({ userId, userInfoJson }) => [userId, userInfoJson])).toEqual([["1", "null"], [
      "2",
      "null",
    ]]);
    expect(await other.cluster.questions!.userCounts([topic, "app\npresence-b"])).toEqual([2, 0]);
    there.presence.leave(second);
    await eventually(() => [...here.users(), ...there.users()], (users) => users.join() === "2,2");
    expect(here.announced).toEqual(["+1", "+2", "-1"]);
    expect(there.announced).toEqual(["+1", "+2", "-1"]);
  });

  test("answers with the ids of users as they were given", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const { presence } = new PresenceProbe(), topic = "app\npresence-a";
    await one.listen(topic, { presence });
    for (const json of ['{"user_id":1}', '{"user_id":"2"}']) presence.join(parseMemberData(json)!);
    await one.cluster.reports.answered();
    expect((await other.cluster.questions!.users(topic)).toSorted()).toEqual(['"2"', "1"]);
  });

  test("is ready only when it knows all members", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const here = new PresenceProbe(), there = new PresenceProbe(), topic = "app\npresence-a";
    await one.listen(topic, { presence: here.presence });
    for (let user = 0; user < 50; user++) here.join(`${user}`);
    await here.confirmed("last");
    await other.listen(topic, { presence: there.presence });
    expect(there.users()).toHaveLength(51);
    expect(there.users()).toEqual(here.users());
  });

  test("sums the counts of a channel and announces the sum on all nodes that listen", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    await Promise.all([one, other].map((node) => node.listen("app\nnews")));
    one.cluster.census.announceSubscriptions("app\nnews", 2);
    await eventually(() => [one, other], (nodes) => nodes.every(({ heard }) => heard.length === 1));
    other.cluster.census.announceSubscriptions("app\nnews", 3);
    await eventually(() => [one, other], (nodes) => nodes.every(({ heard }) => heard.length === 2));
    one.cluster.census.announceSubscriptions("app\nnews", 0);
    await eventually(() => [one, other], (nodes) => nodes.every(({ heard }) => heard.length === 3));
    for (const { heard } of [one, other]) {
      expect(heard.map((each) => each.type === "counted" && each.subscriptions)).toEqual([2, 5, 3]);
    }
  });

  test("admits exactly as many connections as the limit allows on all nodes, when all ask at once", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const asked: Promise<boolean>[] = [];
    for (let number = 1; number <= 20; number++) {
      for (const node of [one, other]) asked.push(node.admitted("app", number, 13));
    }
    const admitted = (await Promise.all(asked)).filter((each) => each).length;
    expect(admitted).toBe(13);
  });

  test("has room again at once when a connection ends, although others were refused before", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    expect(await one.admitted("app", 1, 1)).toBe(true);
    // Several at once, of which none has room.
    expect(await Promise.all([1, 2, 3].map((number) => other.admitted("app", number, 1)))).not.toContain(
      true,
    );
    one.connected("app", 0);
    await eventually(() => other.cluster.questions!.connections("app"), (count) => count === 0);
    expect(await one.cluster.questions!.connections("app")).toBe(0);
    expect(await one.admitted("app", 1, 1)).toBe(true);
  });

  test("answers for the others: connections, channels, subscriptions", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    other.connected("app", 4);
    other.cluster.census.setSubscriptions("app", "news", 3);
    other.cluster.census.setSubscriptions("app", "sports", 1);
    other.cluster.census.setSubscriptions("app", "sports", 0);
    other.cluster.census.setSubscriptions("second", "elsewhere", 1);
    await other.listen("app\nbarrier", { presence: new PresenceProbe().presence });
    const questions = one.cluster.questions!;
    expect(await questions.connections("app")).toBe(4);
    expect([...await questions.channels("app")]).toEqual([["news", 3]]);
    expect(await questions.subscriptions("app", "news")).toBe(3);
    expect(await questions.subscriptions("app", "sports")).toBe(0);
    expect(await other.cluster.questions!.connections("app")).toBe(0);
  });

  test("has the others end the connections of a user, take it off channels, and end one connection", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    one.cluster.users.terminate("app", "7");
    one.cluster.users.unsubscribe("app", "7", "private-*");
    one.cluster.users.close("app", "1.2");
    await eventually(() => other.heard.length, (heard) => heard === 3);
    expect(other.heard).toEqual([
      { type: "terminate", applicationId: "app", userId: "7" },
      { type: "unsubscribe", applicationId: "app", userId: "7", pattern: "private-*" },
      { type: "close", applicationId: "app", socketId: "1.2" },
    ]);
    expect(one.heard).toEqual([]);
  });

  test("is forgotten at once when it leaves", async () => {
    const [one, other] = await nodes.two();
    await using _ = one;
    const here = new PresenceProbe(), there = new PresenceProbe(), topic = "app\npresence-a";
    await one.listen(topic, { presence: here.presence });
    await other.listen(topic, { presence: there.presence });
    await there.confirmed("1");
    other.connected("app", 1);
    await other[Symbol.asyncDispose]();
    await eventually(() => one.counters.nodes, (nodes) => nodes === 1);
    await eventually(() => here.announced.length, (announced) => announced === 2);
    expect(here.announced).toEqual(["+1", "-1"]);
    expect(await one.cluster.questions!.connections("app")).toBe(0);
  });

  test("listens to ten thousand topics at once without standing still for long", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    let longest = 0, last = performance.now(), isOver = false;
    const turn = (): void => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
      if (!isOver) setImmediate(turn);
    };
    turn();
    const start = performance.now(), probes: PresenceProbe[] = [];
    await Promise.all(Array.from({ length: 10_000 }, (_, number) => {
      // A tenth of them are presence channels.
      if (number % 10 !== 0) return one.listen(`app\nprivate-${number}`);
      const probe = new PresenceProbe();
      probes.push(probe);
      probe.join("1");
      return one.listen(`app\npresence-${number}`, { presence: probe.presence });
    }));
    const took = performance.now() - start;
    isOver = true;
    console.log(`10,000 topics: ${took.toFixed(0)} ms, the longest turn ${longest.toFixed(0)} ms`);
    for (let number = 1; number < 10_000; number += 10) {
      other.cluster.events.publish(`app\nprivate-${number}`, "x", undefined);
    }
    await eventually(() => one.heard.length, (heard) => heard === 1000);
    expect(probes.every((probe) => probe.users().length === 1)).toBe(true);
  });
}
