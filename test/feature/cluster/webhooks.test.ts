import { describe, expect, test } from "bun:test";
import { type Cluster, startCluster } from "../../support/cluster.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { WebhookReceiver } from "../../support/webhook-receiver.ts";
import { Peer } from "../../support/peer.ts";
import { OWN_PLACE } from "../../support/watched-server.ts";
import { useResource } from "../../support/use-resource.ts";

/** Seconds that departures are held here, and where a user has to come back in time also on a busy machine. */
const HOLD = 0.5, LONG_HOLD = 4;

const EVENTS =
  "channel_occupied,channel_vacated,member_added,member_removed,cache_miss,subscription_count,client_event";

function start(
  receiver: WebhookReceiver,
  nodes = 3,
  env: Readonly<Record<string, string>> = {},
): Promise<Cluster> {
  return startCluster({
    nodes,
    files: OWN_PLACE,
    env: {
      REVERB_WEBHOOK_URL: receiver.url,
      REVERB_WEBHOOK_EVENTS: EVENTS,
      REVERB_WEBHOOK_HOLD_SECONDS: String(HOLD),
      REVERB_WEBHOOK_BATCH_SECONDS: "0.02",
      ...env,
    },
  });
}

/** The events that were reported of a channel: the name of each, and the user or number in it. */
function reported(receiver: WebhookReceiver, channel: string): string[] {
  return receiver.events.filter((each) => each["channel"] === channel)
    .map(({ name, user_id, subscription_count }) =>
      [name, user_id, subscription_count].filter((each) => each !== undefined).join(" ")
    );
}

async function joinAs(cluster: Cluster, node: number, channel: string, user: string): Promise<Peer> {
  const peer = await Peer.connect(cluster.node(node));
  await peer.subscribeSigned(channel, `{"user_id":"${user}"}`);
  return peer;
}

/** Resolves when all departures that are held now were reported or removed: after a later one of each node was reported. */
async function held(cluster: Cluster, receiver: WebhookReceiver): Promise<void> {
  const channel = `marker-${receiver.requests.length}`;
  await Promise.all(cluster.nodes.map(async (node, index) => {
    const own = `${channel}-${index}`;
    const peer = await Peer.connect(node).catch(() => undefined);
    if (peer === undefined) return;
    await peer.subscribe(own);
    // A subscription that ends before it was reported is not reported at all.
    await eventually(() => reported(receiver, own), (events) => events.includes("channel_occupied"));
    await peer.close();
    await eventually(() => reported(receiver, own), (events) => events.includes("channel_vacated"));
  }));
}

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("webhooks of three nodes", () => {
  const receiver = useResource(() => WebhookReceiver.start());
  const cluster = useResource(() => start(receiver));

  test("the first subscription of all nodes occupies a channel and the last one vacates it, and members likewise", async () => {
    const first = await joinAs(cluster, 0, "presence-a", "1");
    const second = await joinAs(cluster, 1, "presence-a", "1");
    // The next report is another node's: reports of two nodes come in the order in which they are posted.
    await eventually(() => reported(receiver, "presence-a"), (events) => events.includes("member_added 1"));
    const third = await joinAs(cluster, 2, "presence-a", "2");
    await first.close();
    await held(cluster, receiver);
    expect(reported(receiver, "presence-a")).toEqual([
      "channel_occupied",
      "member_added 1",
      "member_added 2",
    ]);
    await second.close();
    await eventually(() => reported(receiver, "presence-a"), (events) => events.includes("member_removed 1"));
    await third.close();
    await eventually(() => reported(receiver, "presence-a"), (events) => events.includes("channel_vacated"));
    await held(cluster, receiver);
    expect(reported(receiver, "presence-a")).toEqual([
      "channel_occupied",
      "member_added 1",
      "member_added 2",
      "member_removed 1",
      "member_removed 2",
      "channel_vacated",
    ]);
  });

  test("many users that come and go at once on all nodes are reported once each", async () => {
    const users = Array.from({ length: 12 }, (_, number) => String(number));
    const peers = await Promise.all(
      users.flatMap((user) => [0, 1, 2].map((node) => joinAs(cluster, node, "presence-c", user))),
    );
    // Reports of two nodes come in the order in which they are posted.
    await eventually(() => reported(receiver, "presence-c"), (events) => events.length >= 13);
    await Promise.all(peers.map((peer) => peer.close()));
    await eventually(() => reported(receiver, "presence-c"), (events) => events.length >= 26);
    await held(cluster, receiver);
    const events = reported(receiver, "presence-c");
    expect(events.filter((each) => each === "channel_occupied").length).toBe(1);
    expect(events.filter((each) => each === "channel_vacated").length).toBe(1);
    for (const user of users) {
      expect(events.filter((each) => each.endsWith(` ${user}`))).toEqual([
        `member_added ${user}`,
        `member_removed ${user}`,
      ]);
    }
  });

  test("an empty cache, a client event and a count are reported by one node, with the sum of all", async () => {
    const peers = [];
    for (const node of [0, 1, 2]) {
      const peer = await Peer.connect(cluster.node(node));
      await peer.subscribe("cache-d");
      peers.push(peer);
    }
    await eventually(() => reported(receiver, "cache-d"), (events) => events.length >= 5);
    expect(reported(receiver, "cache-d").sort()).toEqual([
      "cache_miss",
      "channel_occupied",
      "subscription_count 1",
      "subscription_count 2",
      "subscription_count 3",
    ]);
    const sender = await joinAs(cluster, 0, "presence-d", "1"),
      other = await joinAs(cluster, 1, "presence-d", "2");
    sender.send({ event: "client-x", channel: "presence-d", data: "y" });
    await other.nextEvent("client-x");
    await held(cluster, receiver);
    expect(receiver.events.filter(({ name }) => name === "client_event")).toEqual([{
      name: "client_event",
      channel: "presence-d",
      event: "client-x",
      data: "y",
      socket_id: sender.id,
      user_id: "1",
    }]);
    for (const peer of [...peers, sender, other]) await peer.close();
  });
});

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("webhooks of nodes that end", () => {
  test("a page that is reloaded, each time on another node, is not reported", async () => {
    await using receiver = await WebhookReceiver.start();
    await using cluster = await start(receiver, 2, { REVERB_WEBHOOK_HOLD_SECONDS: String(LONG_HOLD) });
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, load) => Peer.connect(cluster.node(load % 2))),
    );
    for (const [load, page] of pages.entries()) {
      await page.subscribeSigned("presence-b", '{"user_id":"1"}');
      if (load < 9) await page.close();
    }
    await held(cluster, receiver);
    expect(reported(receiver, "presence-b")).toEqual(["channel_occupied", "member_added 1"]);
    await pages[9]!.close();
  });

  test("what a killed node cannot report is reported once by a node that is left", async () => {
    await using receiver = await WebhookReceiver.start();
    await using cluster = await start(receiver, 3, { REVERB_WEBHOOK_HOLD_SECONDS: String(LONG_HOLD) });
    await joinAs(cluster, 0, "presence-a", "1");
    await joinAs(cluster, 0, "presence-a", "2");
    await using _stays = await joinAs(cluster, 1, "presence-a", "2");
    await (await Peer.connect(cluster.node(0))).subscribe("news");
    // A user whose departure is held when the node dies.
    await (await joinAs(cluster, 0, "presence-b", "3")).close();
    // What has not been sent yet dies with it.
    await receiver.until(7);
    await cluster.node(0).kill();
    await eventually(
      () => [
        ...reported(receiver, "presence-a"),
        ...reported(receiver, "news"),
        ...reported(receiver, "presence-b"),
      ],
      (events) => events.filter((each) => /removed|vacated/.test(each)).length >= 4,
    );
    await cluster.settled(2);
    await held(cluster, receiver);
    expect(reported(receiver, "presence-a")).toEqual([
      "channel_occupied",
      "member_added 1",
      "member_added 2",
      "member_removed 1",
    ]);
    expect(reported(receiver, "news")).toEqual([
      "channel_occupied",
      "subscription_count 1",
      "subscription_count 0",
      "channel_vacated",
    ]);
    expect(reported(receiver, "presence-b").sort()).toEqual(
      ["channel_occupied", "channel_vacated", "member_added 3", "member_removed 3"],
    );
  });

  test(
    "events that wait when a node stops are sent by another, and users that come back there are not reported",
    async () => {
      await using receiver = await WebhookReceiver.start();
      await using cluster = await start(receiver, 2, { REVERB_WEBHOOK_HOLD_SECONDS: String(LONG_HOLD) });
      await using back = await Peer.connect(cluster.node(1));
      await joinAs(cluster, 0, "presence-a", "1");
      await joinAs(cluster, 0, "presence-a", "2");
      await eventually(() => reported(receiver, "presence-a"), (events) => events.length === 3);
      receiver.always(() => ({ kind: "answer", status: 500 }));
      await (await Peer.connect(cluster.node(0))).subscribe("late");
      await receiver.requested(receiver.requests.length + 1);
      expect(await cluster.node(0).stop()).toBe(0);
      expect(cluster.node(0).output.text()).toContain("wait in Redis for the next server");
      receiver.always(() => ({ kind: "answer", status: 200 }));
      await back.subscribeSigned("presence-a", '{"user_id":"1"}');
      await eventually(
        () => [...reported(receiver, "late"), ...reported(receiver, "presence-a")],
        (events) => events.includes("channel_vacated") && events.includes("member_removed 2"),
      );
      await held(cluster, receiver);
      expect(reported(receiver, "presence-a")).toEqual([
        "channel_occupied",
        "member_added 1",
        "member_added 2",
        "member_removed 2",
      ]);
      expect(reported(receiver, "late").filter((each) => each.startsWith("channel_"))).toEqual([
        "channel_occupied",
        "channel_vacated",
      ]);
    },
  );

  test("a moment without connections to Redis causes no reports", async () => {
    await using receiver = await WebhookReceiver.start();
    await using cluster = await start(receiver, 2);
    await using _one = await joinAs(cluster, 0, "presence-a", "1");
    await using _other = await joinAs(cluster, 1, "presence-a", "2");
    await receiver.until(3);
    const before = reported(receiver, "presence-a");
    for (let time = 0; time < 2; time++) {
      expect(await cluster.redis.killClients()).toBeGreaterThan(1);
      for (const node of cluster.nodes) {
        await eventually(
          () => node.metric("resound_cluster_reconciliations_total"),
          (times) => times >= time + 2,
        );
      }
      await held(cluster, receiver);
    }
    expect(reported(receiver, "presence-a")).toEqual(before);
  });

  test("where no application has webhooks, Redis has no keys of them", async () => {
    await using cluster = await startCluster({ nodes: 2 });
    const peer = await joinAs(cluster, 0, "presence-a", "1");
    await peer.subscribe("cache-a");
    await using _stays = await joinAs(cluster, 1, "presence-a", "2");
    const keys = async (): Promise<string[]> =>
      (await cluster.redis.command("KEYS", "*") as string[]).filter((key) =>
        /:(?:nodes|departed|occupied|miss|spool)$/.test(key)
      );
    expect(await keys()).toEqual([]);
    await peer.close();
    await cluster.node(1).kill();
    await eventually(() => cluster.redis.command("KEYS", "*:members"), (members) => String(members) === "");
    expect(await keys()).toEqual([]);
  });

  test(
    "while Redis is away each node reports by itself, and the last report is true when Redis is back",
    async () => {
      await using receiver = await WebhookReceiver.start();
      await using cluster = await start(receiver, 2, { REVERB_SCALING_COMMAND_TIMEOUT: "5" });
      const leaver = await joinAs(cluster, 0, "presence-a", "1");
      await using _stays = await joinAs(cluster, 1, "presence-a", "2");
      const both = await joinAs(cluster, 0, "presence-a", "3");
      await using _both = await joinAs(cluster, 1, "presence-a", "3");
      await eventually(() => reported(receiver, "presence-a"), (events) => events.length === 4);
      await cluster.redis.stop();
      for (const node of cluster.nodes) {
        await eventually(() => node.metric("resound_redis_up"), (up) => up === 0);
      }
      await leaver.close();
      await both.close();
      await using _comes = await joinAs(cluster, 0, "presence-a", "4");
      await eventually(
        () => reported(receiver, "presence-a"),
        (events) => events.includes("member_added 4") && events.includes("member_removed 1"),
      );
      const right = {
        channel: "channel_occupied",
        "1": "member_removed",
        "2": "member_added",
        "3": "member_added",
        "4": "member_added",
      };
      await cluster.redis.start();
      for (const node of cluster.nodes) {
        await eventually(() => node.metric("resound_redis_up"), (up) => up === 1);
      }
      await cluster.settled(2);
      /** Each user, and the channel, with the last report about it. */
      const last = (): Readonly<Record<string, string>> =>
        Object.fromEntries(
          reported(receiver, "presence-a").map((each) => {
            const [name = "", user = "channel"] = each.split(" ");
            return [user, name];
          }),
        );
      await eventually(last, (seen) => Object.entries(right).every(([who, name]) => seen[who] === name));
      await held(cluster, receiver);
      expect(last()).toEqual(right);
      expect(reported(receiver, "presence-a").filter((each) => each.endsWith(" 1"))).toEqual([
        "member_added 1",
        "member_removed 1",
      ]);
      expect(reported(receiver, "presence-a").filter((each) => each.endsWith(" 4"))).toEqual([
        "member_added 4",
      ]);
    },
  );
});
