import { describe, expect, test } from "bun:test";
import { type Cluster, startCluster } from "../../../support/cluster.ts";
import { endedStays } from "../../../support/ended-stays.ts";
import { eventually } from "../../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { Peer } from "../../../support/peer.ts";
import { joinAs } from "../../../support/presence-peer.ts";
import { usersOf } from "../../../support/api-answers.ts";

const MANY = 1500;
const MANY_CHANNELS = {
  REVERB_APP_MAX_CHANNELS_PER_CONNECTION: String(MANY),
  // A node that leaves has as long to take everything away.
  REVERB_SCALING_COMMAND_TIMEOUT: "30",
};

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("what a node leaves in Redis", () => {
  test("is taken away when it dies, also when the one that clears up dies before the end", async () => {
    await using cluster = await startCluster({ nodes: 3, env: MANY_CHANNELS });
    const [first, second, third] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await using ann = await joinAs(first, "presence-0", "ann");
    await using watcher = await joinAs(first, `presence-${MANY - 1}`, "ann");
    await using crowd = await manyRooms(third, "bob");
    await eventually(() => usersOf(first, `presence-${MANY - 1}`), (users) => users.join() === "ann,bob");
    await third.kill();
    await crowd.closed;
    // Somewhere in the middle of clearing up; when the one that does it dies, the other one goes on.
    await ann.sees("ann");
    await second.kill();
    await watcher.sees("ann");
    for (const room of ["presence-0", `presence-${MANY - 1}`]) {
      await eventually(() => usersOf(first, room), (users) => users.join() === "ann");
    }
    expect(ann.picture().told).toEqual(["+bob", "-bob"]);
    expect(watcher.picture().told).toEqual(["+bob", "-bob"]);
    await eventually(() => foreignKeys(cluster, 2), (keys) => keys.length === 0);
  });

  test("is nothing when it is stopped while its clients are there", async () => {
    await using cluster = await startCluster({ nodes: 2, env: MANY_CHANNELS });
    const [first, second] = [cluster.node(0), cluster.node(1)];
    const crowd = await manyRooms(second, "bob");
    const more = await Peer.connectAll(second, 20);
    await Promise.all(more.map((peer, index) => peer.subscribe(`news-${index}`)));
    expect(await second.stop()).toBe(0);
    await Promise.all([crowd, ...more].map((peer) => peer.closed));
    expect(await foreignKeys(cluster, 0)).toEqual([]);
    expect(await usersOf(first, "presence-0")).toEqual([]);
    await first.stop();
    expect(await cluster.redis.command("KEYS", "*")).toEqual([]);
  });
});

/** A client that is on very many presence channels, so that clearing up behind it takes a while. */
async function manyRooms(node: { readonly url: string }, userId: string): Promise<Peer> {
  const peer = await Peer.connect(node);
  const asked = Array.from(
    { length: MANY },
    (_, room) => peer.subscribeSigned(`presence-${room}`, JSON.stringify({ user_id: userId })),
  );
  await Promise.all(asked);
  return peer;
}

/** Keys of nodes that Redis does not count among those that are alive, and of rooms beyond the first `rooms` that have members. */
async function foreignKeys({ redis }: Cluster, rooms: number): Promise<string[]> {
  const keys = await redis.command("KEYS", "*") as string[];
  const leases = keys.find((key) => key.endsWith("{nodes}:leases"));
  const alive = leases === undefined ? [] : await redis.command("ZRANGE", leases, 0, -1) as string[];
  const members = keys.filter((key) => key.endsWith(":members"));
  const left = keys.filter((key) => {
    const node = /\{node:([^}]+)\}|holds:(.+)$/.exec(key)?.slice(1).find((each) => each !== undefined);
    return node !== undefined && !alive.includes(node);
  });
  const ended = await endedStays(redis, left), traces = left.filter((key) => !ended.has(key));
  return members.length === rooms ? traces : [...traces, ...members];
}
