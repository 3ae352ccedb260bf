import { describe, expect, test } from "bun:test";
import { memoryOf } from "../../support/abused-server.ts";
import { Peer } from "../../support/peer.ts";
import { HAS_REDIS, NO_REDIS, type RedisServer } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { useCluster } from "../../support/use-server.ts";

/** Bytes that Redis uses. */
async function usedMemory(redis: RedisServer): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(String(await redis.command("INFO", "memory")))?.[1]);
}

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("in a cluster", () => {
  const cluster = useCluster({ nodes: 2 });

  test("ten sockets that ask for channels with names of 800 bytes cost a node 100 MB at most, and Redis 50", async () => {
    const before = await usedMemory(cluster.redis), nodeBefore = memoryOf(cluster.node(0));
    const peers = await Peer.connectAll(cluster.node(0), 10);
    for (const [index, peer] of peers.entries()) {
      for (let n = 0; n < 1000; n++) {
        const channel = "😀".repeat(192) + String(index * 1000 + n).padStart(8, "0");
        peer.send({ event: "pusher:subscribe", data: { channel } });
      }
      let taken = 0;
      while (taken < 500) if ((await peer.next()).includes("subscription_succeeded")) taken++;
    }
    expect(memoryOf(cluster.node(0)) - nodeBefore).toBeLessThan(100);
    expect(await usedMemory(cluster.redis) - before).toBeLessThan(50_000_000);
    for (const peer of peers) await peer.close();
  });
});
