import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { connect } from "../../support/socket-client.ts";
import { OVER_QUOTA } from "../../support/frames.ts";
import { Peer } from "../../support/peer.ts";
import { connectionsOf } from "../../support/api-answers.ts";
import { useCluster } from "../../support/use-server.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("users and limits over three nodes", () => {
  const limit = 30;
  const cluster = useCluster({
    env: {
      REVERB_APP_SUBSCRIPTION_COUNT: "true",
      REVERB_APP_MAX_CONNECTIONS: String(limit),
      REVERB_SCALING_COMMAND_TIMEOUT: "20",
    },
  });

  const changed = (name: "online" | "offline", id: string): string =>
    `{"event":"pusher_internal:watchlist_events",` +
    `"data":"{\\"events\\":[{\\"name\\":\\"${name}\\",\\"user_ids\\":[\\"${id}\\"]}]}"}`;

  test("watchers on every node get one event when a user comes online, and one when it goes offline", async () => {
    const watchers = await Promise.all([0, 1, 2].map((index) => Peer.connect(cluster.node(index))));
    for (const [index, watcher] of watchers.entries()) {
      await watcher.signIn(JSON.stringify({ id: `w${index}`, watchlist: ["7"] }));
      expect(await watcher.next()).toBe(changed("offline", "7"));
    }
    const here = await Peer.connect(cluster.node(1)), there = await Peer.connect(cluster.node(2));
    await here.signIn('{"id":"7"}');
    await there.signIn('{"id":"7"}');
    for (const watcher of watchers) expect(await watcher.next()).toBe(changed("online", "7"));
    await using late = await Peer.connect(cluster.node(0));
    await late.signIn('{"id":"late","watchlist":["7","8"]}');
    expect(await late.next()).toContain(
      String.raw`{\"name\":\"online\",\"user_ids\":[\"7\"]},{\"name\":\"offline\",\"user_ids\":[\"8\"]}`,
    );
    await here.close();
    await there.close();
    for (const watcher of [...watchers, late]) expect(await watcher.next()).toBe(changed("offline", "7"));
    for (const watcher of [...watchers, late]) await watcher.expectSilence();
    for (const watcher of watchers) await watcher.close();
  });

  test("all connections of a user are ended, on all nodes", async () => {
    const signedIn = await Promise.all([0, 1, 2].map((index) => Peer.connect(cluster.node(index))));
    for (const peer of signedIn) await peer.signIn('{"id":"7"}');
    const member = await Peer.connect(cluster.node(2));
    await member.subscribeSigned("presence-t", '{"user_id":7}');
    await using other = await Peer.connect(cluster.node(2));
    await other.signIn('{"id":"8"}');
    const answer = await new ApiClient(cluster.node(0)).post("/users/7/terminate_connections", {});
    expect([answer.status, answer.text]).toEqual([200, "{}"]);
    for (const peer of [...signedIn, member]) expect((await peer.closed).code).toBe(4009);
    await other.expectSilence();
  });

  test("a user is taken off a channel, and one connection is closed, from any node", async () => {
    await using member = await Peer.subscribed(cluster.node(1), "presence-u", { user_id: "70" });
    await using other = await Peer.subscribed(cluster.node(2), "presence-u", { user_id: "80" });
    const api = new ApiClient(cluster.node(0));
    expect((await api.post("/users/70/unsubscribe", { channel: "presence-*" })).status).toBe(200);
    const { channel, raw } = await member.nextEvent("pusher:subscription_error");
    expect([channel, raw]).toEqual(["presence-u", expect.stringContaining('"status":403')]);
    expect((await other.nextEvent("pusher_internal:member_removed")).data).toBe('{"user_id":"70"}');
    expect((await api.post(`/connections/${member.id}/close`, {})).status).toBe(200);
    expect((await member.closed).code).toBe(4009);
    await other.expectSilence();
  });

  test("subscribers get the count over all nodes", async () => {
    const told = (frame: string): number => Number(/subscription_count\\":(\d+)/.exec(frame)?.[1]);
    const peers: Peer[] = [];
    for (const index of [0, 1, 2, 1]) {
      const peer = await Peer.connect(cluster.node(index));
      await peer.subscribe("counted");
      peers.push(peer);
      for (const each of peers) expect(told(await each.next())).toBe(peers.length);
    }
    await peers.pop()?.close();
    for (const each of peers) expect(told(await each.next())).toBe(3);
    await peers.pop()?.close();
    for (const each of peers) expect(told(await each.next())).toBe(2);
    for (const peer of peers) await peer.close();
  });

  test(
    "exactly as many connections get in as the application may have, in a burst over all nodes",
    async () => {
      for (const round of [1, 2]) {
        for (const { url } of cluster.nodes) {
          await eventually(() => connectionsOf({ url }), (count) => count === 0);
        }
        const clients = await Promise.all(
          Array.from({ length: 20 * 3 }, (_, number) => connect(cluster.node(number % 3))),
        );
        const frames = await Promise.all(clients.map((client) => client.next()));
        expect([round, frames.filter((frame) => frame.includes("connection_established")).length]).toEqual([
          round,
          limit,
        ]);
        expect(frames.filter((frame) => frame === OVER_QUOTA)).toHaveLength(20 * 3 - limit);
        for (const { url } of cluster.nodes) expect(await connectionsOf({ url })).toBe(limit);
        // One goes, one comes, on another node.
        const leaver = clients.findIndex((_client, number) => frames[number] !== OVER_QUOTA);
        await clients[leaver]?.close();
        const other = cluster.node((leaver + 1) % 3);
        await eventually(() => connectionsOf(other), (count) => count === limit - 1);
        await using newcomer = await connect(other);
        expect(await newcomer.next()).toContain("connection_established");
        await Promise.all(clients.map((client) => client.close()));
      }
    },
  );
});
