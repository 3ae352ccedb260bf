import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../../support/api-client.ts";
import { connectionsOf, countOf, usersOf } from "../../../support/api-answers.ts";
import { type Cluster, type ClusterNode, startCluster } from "../../../support/cluster.ts";
import { eventually } from "../../../support/eventually.ts";
import { Peer } from "../../../support/peer.ts";
import { joinAs } from "../../../support/presence-peer.ts";
import { startRedisCluster } from "../../../support/redis-cluster.ts";
import { HAS_REDIS, NO_REDIS, startRedis } from "../../../support/redis-server.ts";
import { skipWhen } from "../../../support/skip-when.ts";
import { WebhookReceiver } from "../../../support/webhook-receiver.ts";

const ROOM = "presence-room";
const EVENTS = "channel_occupied,channel_vacated,member_added,member_removed,subscription_count";

/** A Redis whose data can be deleted while the nodes are in touch with it. */
interface Emptied extends AsyncDisposable {
  readonly options: Parameters<typeof startCluster>[0];
  /** As `php artisan cache:clear` does. */
  empty(): Promise<void>;
}

const KINDS: readonly [string, () => Promise<Emptied>][] = [
  ["a single Redis (FLUSHDB)", async () => {
    const redis = await startRedis();
    return {
      options: { redis },
      empty: async () => void await redis.command("FLUSHDB"),
      [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
    };
  }],
  ["a Redis Cluster (FLUSHALL on each master)", async () => {
    const redis = await startRedisCluster();
    return {
      options: { redis: redis.masters[0]!, env: { REDIS_CLUSTER_NODES: redis.nodes } },
      async empty() {
        await Promise.all(redis.masters.map((master) => master.command("FLUSHALL")));
      },
      [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
    };
  }],
];

/** Every node has noticed, and written its part again. */
async function noticed(cluster: Cluster): Promise<void> {
  for (const node of cluster.nodes) await node.output.waitFor("Redis has lost what the nodes share");
}

/** What was reported of a channel, without counts. */
function reported(receiver: WebhookReceiver, channel: string): string[] {
  return receiver.events.filter((each) => each["channel"] === channel && each.name !== "subscription_count")
    .map(({ name, user_id }) => user_id === undefined ? name : `${name} ${String(user_id)}`);
}

/** Resolves when departures that nodes hold were reported or forgotten. */
async function held(cluster: Cluster, receiver: WebhookReceiver): Promise<void> {
  for (const [index, node] of cluster.nodes.entries()) {
    const marker = `marker-${index}-${receiver.requests.length}`;
    const peer = await Peer.subscribed(node, marker);
    await eventually(() => reported(receiver, marker), (events) => events.includes("channel_occupied"));
    await peer.close();
    await eventually(() => reported(receiver, marker), (events) => events.includes("channel_vacated"));
  }
}

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS)).each(KINDS)("when %s loses its data", (_kind, open) => {
  const start = (emptied: Emptied, receiver: WebhookReceiver): Promise<Cluster> =>
    startCluster({
      ...emptied.options,
      nodes: 3,
      env: {
        ...emptied.options?.env,
        REVERB_WEBHOOK_URL: receiver.url,
        REVERB_WEBHOOK_EVENTS: EVENTS,
        REVERB_WEBHOOK_HOLD_SECONDS: "0.3",
        REVERB_WEBHOOK_BATCH_SECONDS: "0.02",
        REVERB_APP_SUBSCRIPTION_COUNT: "true",
        REVERB_APP_MAX_CONNECTIONS: "7",
        REVERB_SCALING_COMMAND_TIMEOUT: "20",
      },
    });

  test("no user leaves or comes back, nothing is reported twice, and the API answers as before", async () => {
    await using receiver = await WebhookReceiver.start();
    await using emptied = await open();
    await using cluster = await start(emptied, receiver);
    const [first, second, third] = [cluster.node(0), cluster.node(1), cluster.node(2)];
    await using ann = await joinAs(first, ROOM, "ann");
    await using bob = await joinAs(second, ROOM, "bob");
    // On two nodes.
    await using twin = await joinAs(third, ROOM, "ann");
    await using reader = await Peer.subscribed(first, "news");
    await using other = await Peer.subscribed(third, "news");
    for (const each of [ann, bob, twin]) await each.sees("ann", "bob");
    while (!(await reader.next()).includes('subscription_count\\":2')) {
      /* The count of one comes before. */
    }
    await eventually(() => reported(receiver, ROOM).length, (count) => count === 3);
    await eventually(() => reported(receiver, "news").length, (count) => count === 1);
    await eventually(
      () => receiver.events.filter(({ name }) => name === "subscription_count").length,
      (count) => count === 2,
    );
    const before = receiver.events.length;

    await emptied.empty();
    // At once and all along, also while no node has noticed.
    const nodes: readonly ClusterNode[] = cluster.nodes;
    for (let round = 0; round < 20; round++) {
      for (const node of nodes) {
        expect(await usersOf(node, ROOM)).toEqual(["ann", "bob"]);
        expect(await countOf(node, "news")).toBe(2);
        expect(await connectionsOf(node)).toBe(5);
      }
    }
    await noticed(cluster);
    for (const node of nodes) {
      expect(await usersOf(node, ROOM)).toEqual(["ann", "bob"]);
      expect((await fetch(`${node.url}/up?ready`)).status).toBe(200);
    }
    expect(ann.picture().told).toEqual(["+bob"]);
    expect(bob.picture().told).toEqual([]);
    expect(twin.picture().told).toEqual([]);
    await reader.expectSilence();
    await held(cluster, receiver);
    expect(receiver.events.slice(before).filter(({ channel }) => channel === ROOM || channel === "news"))
      .toEqual([]);

    // Everything is as exact as before.
    await twin.peer.close();
    await using cleo = await joinAs(third, ROOM, "cleo");
    for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");
    // Reports of two nodes come in the order in which they are posted.
    await eventually(() => reported(receiver, ROOM), (events) => events.includes("member_added cleo"));
    await ann.peer.close();
    for (const each of [bob, cleo]) await each.sees("bob", "cleo");
    await other.close();
    await reader.close();
    await held(cluster, receiver);
    expect(reported(receiver, ROOM).slice(3)).toEqual(["member_added cleo", "member_removed ann"]);
    expect(reported(receiver, "news")).toEqual(["channel_occupied", "channel_vacated"]);
    await using _more = await Peer.connect(first);
    await eventually(() => connectionsOf(second), (count) => count === 3);
  });

  test("users who come and go at that moment are announced and reported once, and all nodes agree", async () => {
    await using receiver = await WebhookReceiver.start();
    await using emptied = await open();
    await using cluster = await start(emptied, receiver);
    await using ann = await joinAs(cluster.node(0), ROOM, "ann");
    await using bob = await joinAs(cluster.node(1), ROOM, "bob");
    const gone = await joinAs(cluster.node(2), ROOM, "gone");
    const plain = await Peer.subscribed(cluster.node(2), "plain");
    for (const each of [ann, bob]) await each.sees("ann", "bob", "gone");
    await eventually(() => reported(receiver, "plain"), (events) => events.length === 1);
    await eventually(() => reported(receiver, ROOM).length, (count) => count === 4);

    const emptying = emptied.empty();
    // They are sent before any node has had the time to notice.
    const closing = [gone.peer.close(), plain.close()];
    const coming = joinAs(cluster.node(1), ROOM, "cleo"), again = joinAs(cluster.node(0), ROOM, "bob");
    const fresh = Peer.subscribed(cluster.node(0), "fresh");
    await Promise.all([emptying, ...closing]);
    await using cleo = await coming, _again = await again, _fresh = await fresh;
    await noticed(cluster);
    for (const each of [ann, bob, cleo]) await each.sees("ann", "bob", "cleo");
    for (const node of cluster.nodes) {
      await eventually(() => usersOf(node, ROOM), (users) => users.join() === "ann,bob,cleo");
    }
    await eventually(() => reported(receiver, ROOM).length, (count) => count >= 6);
    await eventually(() => reported(receiver, "plain").length, (count) => count >= 2);
    await eventually(() => reported(receiver, "fresh").length, (count) => count >= 1);
    await held(cluster, receiver);
    expect(ann.picture().told.filter((each) => each !== "+bob" && each !== "+gone").sort())
      .toEqual(["+cleo", "-gone"]);
    expect(bob.picture().told.filter((each) => each !== "+gone").sort()).toEqual(["+cleo", "-gone"]);
    expect(reported(receiver, ROOM).slice(4).sort()).toEqual(["member_added cleo", "member_removed gone"]);
    expect(reported(receiver, "plain")).toEqual(["channel_occupied", "channel_vacated"]);
    expect(reported(receiver, "fresh")).toEqual(["channel_occupied"]);
    expect(await new ApiClient(cluster.node(1)).get("/channels/fresh", {})).toMatchObject({ status: 200 });
  });
});
