import { describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { clearUpNode } from "../../src/cluster/membership/clear-up-node.ts";
import { RedisKeys } from "../../src/cluster/redis-keys.ts";
import { JOIN } from "../../src/cluster/redis-scripts.ts";
import { runAll } from "../../src/redis/redis-link.ts";
import { describeBridge } from "./bridge-nodes.ts";
import { describeNodes } from "./cluster-nodes.ts";
import { HeldTimers } from "./held-timers.ts";
import { NodeProbe, PresenceProbe } from "./cluster-probe.ts";
import { promisesToOneNode, promisesToTwoNodes } from "./cluster-promises.ts";
import { LinkProbe } from "./link-probe.ts";
import { REDIS_KINDS } from "./redis-settings.ts";

describe("a node that is alone", () => {
  promisesToOneNode(() => Promise.resolve(NodeProbe.alone()));

  test("has no other node to ask", () => {
    expect(NodeProbe.alone().cluster.questions).toBeUndefined();
    expect(NodeProbe.alone().cluster.attempts).toBeUndefined();
    expect(NodeProbe.alone().cluster.isShared).toBe(false);
  });
});

describeBridge((nodes) => {
  promisesToOneNode(() => nodes.one());
  promisesToTwoNodes(nodes);
});

const KINDS = ["a server with a password and a database number", "a Redis Cluster of three masters"];

describeNodes(REDIS_KINDS.filter(({ name }) => KINDS.includes(name)), (nodes) => {
  promisesToOneNode(() => nodes.one());
  promisesToTwoNodes(nodes);

  test("goes on listening for a moment after it was released, then no more", async () => {
    const timers = new HeldTimers();
    await using node = await nodes.one({ interestLingerSeconds: 0 }, timers);
    const subscribed = async (): Promise<number> => {
      let sum = 0;
      for (const server of nodes.redis.servers) {
        for (const name of ["CHANNELS", "SHARDCHANNELS"]) {
          const channels = await server.command("PUBSUB", name, `${nodes.prefix}*news*`) as unknown[];
          sum += channels.length;
        }
      }
      return sum;
    };
    await node.listen("app\nnews");
    expect(await subscribed()).toBe(1);
    // It looks every second for topics that were released.
    timers.hold();
    node.cluster.interest.release("app\nnews");
    const ready = node.listen("app\nnews");
    expect(await subscribed()).toBe(1);
    await ready;
    node.cluster.interest.release("app\nnews");
    expect(await subscribed()).toBe(1);
    timers.letGo();
    await eventually(subscribed, (count) => count === 0);
    await node.listen("app\nnews");
    expect(await subscribed()).toBe(1);
  });

  test("leaves nothing behind when a command reaches Redis after another node has cleared up its stay", async () => {
    const timers = new HeldTimers();
    await using node = await nodes.one({}, timers);
    await using other = new LinkProbe(nodes.redis.config);
    const { info } = await other.next("up"), publish = info.sharded ? "SPUBLISH" : "PUBLISH";
    const probe = new PresenceProbe(), topic = "app\npresence-a";
    await node.listen(topic, { presence: probe.presence });
    await probe.confirmed("1");
    node.cluster.census.setSubscriptions("app", "presence-a", 1);
    await node.cluster.reports.answered();
    // Until it is released no beat finds out that its lease has ended.
    timers.hold();
    const stay = node.redis!.nodes()[0]!.id, keys = new RedisKeys(nodes.prefix, nodes.redis.config.database);
    const { members, references, version, departed, holds } = keys.presence(topic, stay),
      own = keys.node(stay);
    // The other node takes this one for dead, while two commands of this one are under way.
    await clearUpNode(other.link, keys, stay, publish, Number.MAX_SAFE_INTEGER);
    await runAll(other.link, [
      ["HSET", own.channels("app"), "presence-a", 1],
      {
        script: JOIN,
        keys: [members, references, version, departed, holds],
        args: [keys.channel(topic), publish, Number.MAX_SAFE_INTEGER, "", "1", '{"user_id":"1"}'],
      },
    ]);
    // The topic is released before this node finds out, so that it does not ask for its members.
    node.cluster.interest.release(topic);
    timers.letGo();
    await eventually(() => node.redis!.nodes()[0]!.id, (id) => id !== stay);
    await eventually(
      () => runAll(other.link, [holds, own.channels("app"), own.applications].map((key) => ["EXISTS", key])),
      (found) => found.every((count) => count === 0),
    );
    expect(await runAll(other.link, [["EXISTS", members]])).toEqual([0]);
  });

  test("announces and reports nothing when Redis loses its data, and Redis knows everything again", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const here = new PresenceProbe(), there = new PresenceProbe(), topic = "app\npresence-a";
    await one.listen(topic, { presence: here.presence });
    await other.listen(topic, { presence: there.presence });
    await here.confirmed("1");
    await there.confirmed("1");
    await there.confirmed("2");
    await eventually(() => here.users(), (users) => users.length === 2);
    for (const node of [one, other]) {
      node.cluster.occupancy.firstSubscribed("app\nnews");
      node.cluster.census.setSubscriptions("app", "news", 1);
      await node.listen("app\nnews");
      node.cluster.census.announceSubscriptions("app\nnews", 1);
      expect(await node.admitted("app", 1, 2)).toBe(true);
      await node.cluster.reports.answered();
    }
    await eventually(() => one.heard.length, (heard) => heard === 2);
    expect(one.reported.concat(other.reported)).toEqual(["occupied news"]);
    for (let round = 0; round < 3; round++) {
      await Promise.all(nodes.redis.servers.map((server) => server.command("FLUSHALL")));
      // While no node has noticed, and while they write.
      for (const node of [one, other, one]) {
        expect((await node.cluster.questions!.users(topic)).toSorted()).toEqual(['"1"', '"2"']);
        expect(await node.cluster.questions!.connections("app")).toBe(1);
        expect(await node.cluster.questions!.subscriptions("app", "news")).toBe(1);
        expect(await node.admitted("app", 2, 2)).toBe(false);
      }
    }
    // The last subscription of all nodes is known by what they have written again.
    one.cluster.occupancy.lastUnsubscribed("app\nnews");
    one.cluster.census.announceSubscriptions("app\nnews", 0);
    await one.cluster.reports.answered();
    expect(one.reported.concat(other.reported)).toEqual(["occupied news"]);
    other.cluster.occupancy.lastUnsubscribed("app\nnews");
    await other.cluster.reports.answered();
    expect(one.reported.concat(other.reported)).toEqual(["occupied news", "vacated news"]);
    expect([here.announced, there.announced]).toEqual([["+1", "+2"], ["+1", "+2"]]);
    await eventually(() => one.heard.length, (heard) => heard >= 3);
    const counts = one.heard.map((each) => each.type === "counted" && each.subscriptions);
    expect(counts).toEqual([1, 2, 1]);
    expect(one.log.concat(other.log).join()).toContain("Redis has lost what the nodes share");
    expect([one.redis?.trouble, other.redis?.trouble]).toEqual([undefined, undefined]);
  });
});
