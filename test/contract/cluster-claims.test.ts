import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { RedisKeys } from "../../src/cluster/redis-keys.ts";
import { applicationConfig } from "../support/fake-hub.ts";
import { describeBridge, openOwner } from "./bridge-nodes.ts";
import {
  keyedCalls,
  ownClaims,
  promisesOfClaims,
  promisesToKeyedCalls,
  sharedClaims,
} from "./claim-promises.ts";
import { describeNodes } from "./cluster-nodes.ts";
import { NodeProbe } from "./cluster-probe.ts";
import { LinkProbe } from "./link-probe.ts";
import { REDIS_KINDS } from "./redis-settings.ts";

describe("a node that is alone", () => {
  promisesOfClaims(ownClaims);
  promisesToKeyedCalls(() => Promise.resolve([NodeProbe.alone()]));
});

describeBridge((nodes) => {
  test("is known to the process that comes after one that was alone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bridge-")),
      owner = await openOwner(join(folder, "b"), 1000, true);
    const first = await NodeProbe.onBridge(owner.place),
      call = await keyedCalls(first.cluster).begin("a", "c");
    expect([first.cluster.isShared, call.state]).toEqual([false, "claimed"]);
    if (call.state === "claimed") call.settle("200 {}");
    await using second = await NodeProbe.onBridge(owner.place);
    await first[Symbol.asyncDispose]();
    expect(await keyedCalls(second.cluster).begin("a", "c")).toEqual({ state: "answered", answer: "200 {}" });
    owner.close();
    rmSync(folder, { recursive: true });
  });

  promisesOfClaims(() => sharedClaims(nodes));
  promisesToKeyedCalls(() => nodes.two());
});

const KINDS = ["a server with a password and a database number", "a Redis Cluster of three masters"];

describeNodes(REDIS_KINDS.filter(({ name }) => KINDS.includes(name)), (nodes) => {
  promisesOfClaims(() => sharedClaims(nodes));
  promisesToKeyedCalls(() => nodes.two());

  test("is known to all nodes again after Redis has lost its data", async () => {
    const [one, other] = await nodes.two();
    await using _ = one, __ = other;
    const calls = keyedCalls(one.cluster), first = await calls.begin("a", "c");
    if (first.state === "claimed") first.settle("200 {}");
    const { claims } = one.cluster, before = claims!.losses;
    await Promise.all(nodes.redis.servers.map((server) => server.command("FLUSHALL")));
    await eventually(() => claims!.losses, (losses) => losses > before);
    await using link = new LinkProbe(nodes.redis.config);
    await link.next("up");
    const { entries } = new RedisKeys(nodes.prefix, nodes.redis.config.database).claims(
      applicationConfig().id,
    );
    await eventually(() => {
      calls.tick();
      return link.link.run([["HEXISTS", entries, "a"]]);
    }, ([isKnown]) => isKnown === 1);
    expect(await keyedCalls(other.cluster).begin("a", "c")).toEqual({ state: "answered", answer: "200 {}" });
  });

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
