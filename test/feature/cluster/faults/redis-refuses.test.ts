import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../../support/api-client.ts";
import { startCluster } from "../../../support/cluster.ts";
import { PATIENCE } from "../../../support/patience.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer, startRedis } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { type RunningServer, type ServerOptions, startServer } from "../../../support/start-server.ts";
import { Peer } from "../../../support/peer.ts";
import { joinAs } from "../../../support/presence-peer.ts";

const ROOM = "presence-room";
const ACCEPTED = "Redis keeps what the nodes share again";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a Redis that answers and refuses", () => {
  test("for want of memory still carries events; presence is each node's own until it has some", async () => {
    await using cluster = await startCluster({ nodes: 2, leaseSeconds: 15 });
    const [first, second] = [cluster.node(0), cluster.node(1)];
    await using ann = await joinAs(first, ROOM, "ann");
    await using bob = await joinAs(second, ROOM, "bob");
    await using dora = await joinAs(second, ROOM, "dora");
    await ann.sees("ann", "bob", "dora");
    await cluster.redis.command("CONFIG", "SET", "maxmemory", "1");
    for (const node of [first, second]) await node.output.waitFor(/Redis refuses to keep .*OOM/);
    expect(await readiness(first)).toEqual([503, ["not_enrolled"]]);

    await new ApiClient(first).trigger(ROOM, "told", "x");
    await bob.peer.nextEvent("told");
    await using cleo = await joinAs(first, ROOM, "cleo");
    await ann.sees("ann", "bob", "cleo", "dora");
    await dora.peer.close();
    await bob.sees("ann", "bob");

    await cluster.redis.command("CONFIG", "SET", "maxmemory", "0");
    for (const node of [first, second]) await node.output.waitFor(ACCEPTED);
    for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");
    expect(ann.picture().told).toEqual(["+bob", "+dora", "+cleo", "-dora"]);
    expect(bob.picture().told).toEqual(["+dora", "-dora", "+cleo"]);
    expect(await readiness(first)).toEqual([200, undefined]);
  });

  test(
    "for want of a channel permission delays no client, and the permission counts as soon as it is given",
    async () => {
      const allowed = "~* +@all";
      await using redis = await startRedis({ users: [`user resound on >secret ${allowed} resetchannels`] });
      const env = { REDIS_USERNAME: "resound", REDIS_PASSWORD: "secret" };
      await using first = await startNode(redis, env);
      await using second = await startNode(redis, env);
      for (const node of [first, second]) await node.output.waitFor(/Redis refuses to keep .*NOPERM/);
      await using ann = await joinAs(first, ROOM, "ann");
      await using bob = await joinAs(second, ROOM, "bob");
      await using listener = await Peer.connect(second);
      expect(await listener.subscribe("cache-news")).toContain("subscription_succeeded");
      expect(ann.picture().users).toEqual(["ann"]);
      // Said once, however often it is tried.
      expect(first.output.text().match(/Redis refuses to keep/g)).toHaveLength(1);

      await redis.command("ACL", "SETUSER", "resound", "allchannels");
      for (const node of [first, second]) await node.output.waitFor(ACCEPTED);
      for (const each of [ann, bob]) await each.sees("ann", "bob");
      await new ApiClient(first).trigger("cache-news", "told", "x");
      await listener.nextEvent("told");
      const before = [first, second].map(({ output }) => output.lines.length);
      await redis.command("ACL", "SETUSER", "resound", "resetchannels");
      await redis.command("CLIENT", "KILL", "USER", "resound");
      for (const [index, node] of [first, second].entries()) {
        await node.output.waitFor(/Redis refuses/, PATIENCE, before[index]);
      }
      await using cleo = await joinAs(first, ROOM, "cleo");
      await cleo.sees("ann", "bob", "cleo");
    },
  );

  test(
    "a password at the start lets the node serve its own clients, without a word of the password",
    async () => {
      await using redis = await startRedis({ password: "right-one" });
      await using node = await startNode(redis, { REDIS_PASSWORD: "wrong-one" });
      await node.output.waitFor(/Redis is away \(WRONGPASS/);
      await using ann = await joinAs(node, ROOM, "ann");
      await using bob = await joinAs(node, ROOM, "bob");
      await ann.sees("ann", "bob");
      await bob.sees("ann", "bob");
      expect(await readiness(node)).toEqual([503, ["redis_away"]]);
      await redis.command("CONFIG", "SET", "requirepass", "wrong-one");
      await node.output.waitFor("is back after");
      expect(await readiness(node)).toEqual([200, undefined]);
      expect(node.output.text()).not.toContain("wrong-one");
    },
  );

  test("the password at the start ends a node that insists on it, and names the way out", async () => {
    await using redis = await startRedis({ password: "right-one" });
    const env = { REDIS_PASSWORD: "wrong-one", REVERB_SCALING_REQUIRED: "true" };
    const error = await startNode(redis, env, { startLine: /(https?):\/\/127\.0\.0\.1:(\d+)\/never/ }).catch(
      String,
    );
    expect(error).toContain("WRONGPASS");
    expect(error).toContain("set REVERB_SCALING_REQUIRED=false to start alone");
    expect(error).toMatch(/exit code [1-9]/);
    expect(error).not.toContain("wrong-one");
  });

  test(
    "a password that changes counts with the next connection, and is away until it fits again",
    async () => {
      await using cluster = await startCluster({ nodes: 2, wishes: { password: "old" }, leaseSeconds: 30 });
      const [first, second] = [cluster.node(0), cluster.node(1)];
      await using ann = await joinAs(first, ROOM, "ann");
      await using bob = await joinAs(second, ROOM, "bob");
      await ann.sees("ann", "bob");
      await cluster.redis.command("CONFIG", "SET", "requirepass", "new");
      await cluster.redis.killClients();
      for (const node of [first, second]) await node.output.waitFor("Redis is away");
      await new ApiClient(first).trigger(ROOM, "told", "x");
      await cluster.redis.command("CONFIG", "SET", "requirepass", "old");
      await bob.peer.nextEvent("told");
      await bob.sees("ann", "bob");
      expect([ann.picture().told, bob.picture().told]).toEqual([["+bob"], []]);
    },
  );
});

function startNode(
  redis: RedisServer,
  env: ServerOptions["env"],
  options: ServerOptions = {},
): Promise<RunningServer> {
  const scaling = {
    REVERB_SCALING_ENABLED: "true",
    REVERB_SCALING_LEASE_SECONDS: "5",
    REVERB_SCALING_COMMAND_TIMEOUT: "10",
    REVERB_DRAIN_SECONDS: "0",
  };
  return startServer({ env: { ...scaling, ...redis.env, ...env }, ...options });
}

async function readiness(server: { readonly url: string }): Promise<[number, unknown]> {
  const answer = await fetch(`${server.url}/up?ready`);
  return [answer.status, (await answer.json() as { reasons?: unknown }).reasons];
}
