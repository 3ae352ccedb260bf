import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { startCluster } from "../../support/cluster.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { Peer } from "../../support/peer.ts";
import { RespConnection } from "../../support/resp-connection.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a Redis that is shared with others", () => {
  test("nothing goes to Reverb's own channel, and everything of ours begins with our prefix", async () => {
    await using redis = await startRedis();
    const before = await redis.command("PUBSUB", "NUMPAT");
    await using cluster = await startCluster({ redis, nodes: 2, env: { REVERB_SCALING_PREFIX: "shop:" } });
    // What a PHP Reverb does, and an application beside it.
    await redis.command("SET", "laravel-database-key", "kept");
    await using one = await Peer.connect(cluster.node(0));
    await using other = await Peer.connect(cluster.node(1));
    for (const peer of [one, other]) {
      await peer.subscribeSigned("presence-cache-a", '{"user_id":1}');
      await peer.signIn('{"id":"1","watchlist":["2"]}');
    }
    await new ApiClient(cluster.node(0)).trigger("presence-cache-a", "x", "1");
    await other.nextEvent("x");
    const keys = await redis.command("KEYS", "*") as string[];
    expect(keys.filter((key) => !key.startsWith("shop:"))).toEqual(["laravel-database-key"]);
    const channels = await redis.command("PUBSUB", "CHANNELS") as string[];
    expect(channels.length).toBeGreaterThan(1);
    expect(channels.filter((channel) => !channel.startsWith("shop:"))).toEqual([]);
    expect(await redis.command("PUBSUB", "NUMPAT")).toEqual(before);
    expect(await redis.command("PUBLISH", "reverb", "{}")).toBe(0);
  });

  test("a stranger's messages on our channels do no harm", async () => {
    await using cluster = await startCluster({ nodes: 2 });
    await using peer = await Peer.connect(cluster.node(0));
    await peer.subscribeSigned("presence-a", '{"user_id":1}');
    const stranger = await RespConnection.open(cluster.redis);
    const channels = await cluster.redis.command("PUBSUB", "CHANNELS") as string[];
    for (const channel of channels) {
      for (
        const text of [
          "",
          "{}",
          "null",
          "hello",
          "+x\ny",
          "Eabc",
          '{"type":"restart"}',
          '{"type":"hello","node":"a"}',
        ]
      ) {
        await stranger.call("PUBLISH", channel, text);
      }
    }
    stranger.close();
    await new ApiClient(cluster.node(1)).trigger("presence-a", "after", "1");
    expect(await peer.next()).toContain('"after"');
    for (const node of cluster.nodes) {
      expect(node.output.text()).not.toContain("A fault of the server itself");
    }
  });

  test("installations that differ in the database or the prefix alone never hear each other", async () => {
    await using redis = await startRedis();
    await using first = await startCluster({ redis, nodes: 2 });
    await using database = await startCluster({ redis, nodes: 1, env: { REDIS_DB: "3" } });
    await using prefix = await startCluster({ redis, nodes: 1, env: { REVERB_SCALING_PREFIX: "other:" } });
    const places = [first.node(0), database.node(0), prefix.node(0)];
    const peers = await Promise.all(places.map((node) => Peer.connect(node)));
    for (const [number, peer] of peers.entries()) {
      const frame = await peer.subscribeSigned("presence-a", JSON.stringify({ user_id: `u${number}` }));
      expect(frame).toContain(String.raw`\"ids\":[\"u${number}\"]`);
      await peer.signIn('{"id":"7"}');
    }
    for (const [number, node] of places.entries()) {
      const api = new ApiClient(node);
      await api.trigger("presence-a", `own-${number}`, "1");
      await api.trigger("#server-to-user-7", `user-${number}`, "1");
      expect((await api.get("/connections")).json()).toEqual({ connections: 1 });
    }
    await new ApiClient(first.node(1)).trigger("presence-a", "own-0", "2");
    expect((await peers[0]!.nextFrames(3)).map((raw) => (JSON.parse(raw) as { event: string }).event))
      .toEqual(["own-0", "user-0", "own-0"]);
    for (const number of [1, 2]) {
      expect((await peers[number]!.nextFrames(2)).map((raw) => (JSON.parse(raw) as { event: string }).event))
        .toEqual([`own-${number}`, `user-${number}`]);
    }
    for (const peer of peers) await peer.expectSilence();
    await new ApiClient(first.node(1)).post("/users/7/terminate_connections", {});
    expect((await peers[0]!.closed).code).toBe(4009);
    for (const number of [1, 2]) {
      await peers[number]!.expectSilence();
      await peers[number]!.close();
    }
  });
});
