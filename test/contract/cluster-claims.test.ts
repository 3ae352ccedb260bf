import { describe, expect, test } from "bun:test";
import { RedisKeys } from "../../src/cluster/redis-keys.ts";
import { describeBridge } from "./bridge-nodes.ts";
import { ownClaims, promisesOfClaims, promisesToKeyedCalls, sharedClaims } from "./claim-promises.ts";
import { describeNodes } from "./cluster-nodes.ts";
import { NodeProbe } from "./cluster-probe.ts";
import { LinkProbe } from "./link-probe.ts";
import { REDIS_KINDS } from "./redis-settings.ts";

describe("a node that is alone", () => {
  promisesOfClaims(ownClaims);
  promisesToKeyedCalls(() => Promise.resolve([NodeProbe.alone()]));
});

describeBridge((nodes) => {
  promisesOfClaims(() => sharedClaims(nodes));
  promisesToKeyedCalls(() => nodes.two());
});

const KINDS = ["a server with a password and a database number", "a Redis Cluster of three masters"];

describeNodes(REDIS_KINDS.filter(({ name }) => KINDS.includes(name)), (nodes) => {
  promisesOfClaims(() => sharedClaims(nodes));
  promisesToKeyedCalls(() => nodes.two());

  test("leaves nothing in Redis for longer than an answer is kept, and starts anew where a part was evicted", async () => {
    await using node = await nodes.one();
    await using other = new LinkProbe(nodes.redis.config);
    await other.next("up");
    const { claims } = node.cluster;
    const bounds = { seconds: 60, lapseSeconds: 10, maxKeys: 100, maxBytes: 10_000 };
    const { entries, times } = new RedisKeys(nodes.prefix, nodes.redis.config.database).claims("a}b");
    const first = { applicationId: "a}b", key: "one", content: "c", token: "t" };
    await claims!.claim(first, bounds);
    await claims!.settle(first, "200 {}", bounds);
    for (const left of await other.link.run([["PTTL", entries], ["PTTL", times]])) {
      expect([Number(left) > 0, Number(left) <= 60_000]).toEqual([true, true]);
    }
    for (const part of [entries, times]) {
      await other.link.run([["DEL", part]]);
      expect((await claims!.claim({ ...first, token: part.slice(-5) }, bounds)).state).toBe("claimed");
      expect(await other.link.run([["HLEN", entries], ["ZCARD", times]])).toEqual([2, 1]);
    }
  });
});
