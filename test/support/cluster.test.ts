import { describe, expect, test } from "bun:test";
import { Peer } from "./peer.ts";
import { ApiClient } from "./api-client.ts";
import { startCluster } from "./cluster.ts";
import { HAS_REDIS, NO_REDIS } from "./redis-server.ts";
import { skipWhen } from "./skip-when.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("a cluster for tests", () => {
  test("has as many nodes as it was asked for, which know of each other and of one more", async () => {
    await using cluster = await startCluster({ nodes: 2 });
    await using listener = await Peer.connect(cluster.node(0));
    await listener.subscribe("news");
    await new ApiClient(cluster.node(1)).trigger("news", "told", "x");
    expect(await listener.next()).toContain("told");
    await cluster.add();
    expect(cluster.nodes).toHaveLength(3);
  });

  test("goes on without a node that was killed, and waits for one that was frozen", async () => {
    await using cluster = await startCluster({ nodes: 3 });
    await cluster.node(2).kill();
    await cluster.settled(2);
    cluster.node(1).freeze();
    const answer = fetch(`${cluster.node(1).url}/up`);
    cluster.node(1).thaw();
    expect((await answer).status).toBe(200);
  });
});
