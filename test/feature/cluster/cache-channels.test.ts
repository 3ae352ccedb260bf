import { describe, expect, test } from "bun:test";
import { ApiClient } from "../../support/api-client.ts";
import { eventually } from "../../support/eventually.ts";
import { HAS_REDIS, NO_REDIS } from "../../support/redis-server.ts";
import { skipWhen } from "../../support/skip-when.ts";
import { Peer } from "../../support/peer.ts";
import { useCluster } from "../../support/use-server.ts";

describe.skipIf(skipWhen(!HAS_REDIS, NO_REDIS))("cache channels over two nodes", () => {
  const api = (index: number): ApiClient => new ApiClient(cluster.node(index));
  const cluster = useCluster({ nodes: 2, env: { REVERB_SCALING_COMMAND_TIMEOUT: "20" } });
  /** What Redis has as the last event of a channel. */
  const keptOf = async (channel: string): Promise<string> =>
    String(await cluster.redis.command("GET", `resound:reverb:{app-id\n${channel}}:event`));
  /** Publishes on the first node, and waits until Redis has it: a call is answered before. */
  const publish = async (channel: string, name: string, data: string): Promise<void> => {
    await api(0).trigger(channel, name, data);
    await eventually(
      () => keptOf(channel),
      (event) => event.includes(`"event":"${name}","data":${JSON.stringify(data)}`),
    );
  };

  test("the first subscriber on another node gets the last event, and a miss where none was published", async () => {
    await api(0).trigger("cache-prices", "price", "1");
    await publish("cache-prices", "price", "2");
    await using peer = await Peer.connect(cluster.node(1));
    expect(await peer.subscribe("cache-prices")).toContain("subscription_succeeded");
    expect(await peer.next()).toBe('{"event":"price","data":"2","channel":"cache-prices"}');
    expect(await peer.subscribe("cache-empty")).toContain("subscription_succeeded");
    expect(await peer.next()).toBe('{"event":"pusher:cache_miss","channel":"cache-empty"}');
    await peer.expectSilence();
  });

  test("a node that knew an older one gives out the last one", async () => {
    await api(1).trigger("cache-old", "price", "1");
    await eventually(() => keptOf("cache-old"), (event) => event.includes('"data":"1"'));
    const known = async (): Promise<string> =>
      JSON.stringify((await api(0).get("/channels/cache-old", { info: "cache" })).json());
    await eventually(known, (body) => body.includes("price"));
    await publish("cache-old", "price", "2");
    await using peer = await Peer.connect(cluster.node(1));
    await peer.subscribe("cache-old");
    expect(await peer.next()).toContain('"data":"2"');
  });

  test("presence and encrypted channels have their last event as well", async () => {
    await publish("presence-cache-a", "price", "1");
    await publish("private-encrypted-cache-a", "sealed", '{"nonce":"a","ciphertext":"b"}');
    await using peer = await Peer.connect(cluster.node(1));
    expect(await peer.subscribeSigned("presence-cache-a", '{"user_id":1}')).toContain("succeeded");
    expect(await peer.next()).toContain('"price"');
    expect(await peer.subscribeSigned("private-encrypted-cache-a")).toContain("succeeded");
    expect(await peer.next()).toContain('"sealed"');
  });

  test("of what is published on two nodes at once all nodes keep the same event", async () => {
    const watchers = await Promise.all([0, 1].map((index) => Peer.connect(cluster.node(index))));
    for (const watcher of watchers) {
      await watcher.subscribe("cache-race");
      expect(await watcher.next()).toContain("pusher:cache_miss");
    }
    for (let round = 0; round < 20; round++) {
      await Promise.all([0, 1].flatMap((index) => [
        api(index).trigger("cache-race", `from-${index}`, `${round}a`),
        api(index).trigger("cache-race", `from-${index}`, `${round}b`),
      ]));
      const kept = async (index: number): Promise<string> => {
        await using peer = await Peer.connect(cluster.node(index));
        await peer.subscribe("cache-race");
        return await peer.next();
      };
      const asked = async (index: number): Promise<string> =>
        JSON.stringify(
          ((await api(index).get("/channels/cache-race", { info: "cache" })).json() as { cache: unknown })
            .cache,
        );
      // Each node has heard of all four, so that Redis knows which was the last one.
      for (const watcher of watchers) await watcher.nextFrames(4);
      const last = await keptOf("cache-race");
      // The last message is on its way to the other node for a moment.
      const [frame] = await eventually(
        () => Promise.all([kept(0), kept(1)]),
        ([first, second]) => first === second && last.includes(first),
      );
      expect(await Promise.all([asked(0), asked(1)])).toEqual([frame, frame]);
    }
    for (const watcher of watchers) await watcher.close();
  });

  test("a newcomer has the last event from its own node, or gets it afterwards: never neither", async () => {
    for (let round = 0; round < 30; round++) {
      const channel = `cache-gap-${round}`;
      await using peer = await Peer.connect(cluster.node(round % 2));
      const published = api((round + 1) % 2).trigger(channel, "last", "x");
      await peer.subscribe(channel);
      await published;
      expect((await peer.nextEvent("last")).channel).toBe(channel);
    }
  });
});
