import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { connectionsOf } from "../../support/api-answers.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { Peer } from "../../support/peer.ts";
import { joinAs } from "../../support/presence-peer.ts";
import { useCluster } from "../../support/use-server.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("presence over three nodes", () => {
  const cluster = useCluster({ env: { REVERB_SCALING_COMMAND_TIMEOUT: "20" } });

  test("a user comes with its first connection and goes with its last, wherever they are", async () => {
    await using watcher = await joinAs(cluster.node(0), "presence-tabs", "w");
    const first = await joinAs(cluster.node(1), "presence-tabs", "ann");
    const second = await joinAs(cluster.node(2), "presence-tabs", "ann");
    const third = await joinAs(cluster.node(0), "presence-tabs", "ann");
    await first.peer.close();
    await third.peer.close();
    await using after = await joinAs(cluster.node(1), "presence-tabs", "bob");
    expect(after.picture().users).toEqual(["ann", "bob", "w"]);
    await second.peer.close();
    await watcher.sees("bob", "w");
    expect(watcher.picture().told).toEqual(["+ann", "+bob", "-ann"]);
    await after.sees("bob", "w");
    expect(after.picture().told).toEqual(["-ann"]);
  });

  test(
    "the roster that a new member gets and the announcements after it fit together, however many join at once",
    async () => {
      const peers = await Promise.all(
        Array.from(
          { length: 36 },
          (_, number) => joinAs(cluster.node(number % 3), "presence-rush", `${number % 20}`),
        ),
      );
      const users = Array.from({ length: 20 }, (_, number) => `${number}`);
      for (const peer of peers) await peer.sees(...users);
      await Promise.all(peers.slice(20).map(({ peer }) => peer.close()));
      await Promise.all(peers.slice(5, 20).map(({ peer }) => peer.close()));
      for (const peer of peers.slice(0, 5)) await peer.sees("0", "1", "2", "3", "4");
      for (const { peer } of peers.slice(0, 5)) await peer.close();
    },
  );

  const empty = async (): Promise<void> => {
    for (const { url } of cluster.nodes) {
      const api = new ApiClient({ url });
      await eventually(async () => (await api.get("/channels")).text, (text) => text === '{"channels":{}}');
      await eventually(() => connectionsOf({ url }), (count) => count === 0);
    }
  };

  test("every node answers the same: users, counts, channels, connections", async () => {
    // Clients of the tests before have gone; their nodes may be about to say so.
    await empty();
    const peers: Peer[] = [];
    for (const [index, id] of [[0, 1], [1, "ann"], [2, 1], [2, "bob"]] as const) {
      const peer = await Peer.connect(cluster.node(index));
      await peer.subscribeSigned("presence-asked", JSON.stringify({ user_id: id }));
      await peer.subscribe("asked-public");
      peers.push(peer);
    }
    for (const { url } of cluster.nodes) {
      const api = new ApiClient({ url });
      const body = async (path: string, query: Record<string, string> = {}): Promise<unknown> =>
        (await api.get(path, query)).json();
      expect(await body("/channels/presence-asked/users")).toEqual({
        users: [{ id: 1 }, { id: "ann" }, { id: "bob" }],
      });
      expect(await body("/channels/presence-asked", { info: "user_count,subscription_count" })).toEqual({
        occupied: true,
        user_count: 3,
      });
      expect(await body("/channels/asked-public", { info: "subscription_count" })).toEqual({
        occupied: true,
        subscription_count: 4,
      });
      expect(await body("/channels")).toEqual({ channels: { "presence-asked": {}, "asked-public": {} } });
      expect(await body("/channels", { filter_by_prefix: "presence-", info: "user_count" })).toEqual({
        channels: { "presence-asked": { user_count: 3 } },
      });
      expect(await body("/connections")).toEqual({ connections: 4 });
      const answer = await api.trigger(["presence-asked", "asked-public"], "e", "1", {
        info: "user_count,subscription_count",
      });
      expect(answer.json()).toEqual({
        channels: { "presence-asked": { user_count: 3 }, "asked-public": { subscription_count: 4 } },
      });
      expect(await body("/channels/empty")).toEqual({ occupied: false });
      expect((await api.get("/channels/presence-empty/users")).status).toBe(404);
    }
    for (const peer of peers) await peer.close();
    await empty();
  });

  test("what is asked right after a confirmation counts it, on every node", async () => {
    for (let round = 0; round < 25; round++) {
      await using peer = await Peer.connect(cluster.node(round % 3));
      await peer.subscribe(`seen-${round}`);
      const other = new ApiClient(cluster.node((round + 1) % 3));
      expect((await other.get(`/channels/seen-${round}`)).json()).toEqual({ occupied: true });
      await peer.subscribeSigned(`presence-seen-${round}`, '{"user_id":1}');
      expect((await other.get(`/channels/presence-seen-${round}/users`)).json()).toEqual({
        users: [{ id: 1 }],
      });
    }
  });
});
